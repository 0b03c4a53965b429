import { type Pod, isReady, serviceOf } from "../sources/pod.ts";
import type { Pods } from "../sources/pods.ts";
import { type Dependencies, type Evidence, type Host, msOf } from "./diagnosis/evidence.ts";
import { saysUnreachable } from "./diagnosis/unreachable.ts";
import type { Following } from "./following.ts";
import type { Addresses } from "./addresses.ts";
import type { Logs } from "./logs.ts";
import { isServing } from "./rollout.ts";
import type { View } from "./view.ts";

interface Sources {
  readonly view: View;
  readonly pods: Pods;
  readonly following: Following;
  readonly logs: Logs;
  readonly addresses: Addresses;
  readonly environment: string;
  /** Names under `dependsOn` of a service; only services that this session starts. */
  readonly dependenciesOf: (service: string) => readonly string[];
}

/** All that is known about a pod now; null while the API is asked for what no watch tells. */
export type Gatherer = (pod: Pod) => Evidence | null;

export function newGatherer(sources: Sources): Gatherer {
  const { view, environment } = sources;
  return (pod) => {
    const logs = sources.logs(pod);
    if (logs === null) return null;
    const hosts = Object.values(logs).some(saysUnreachable) ? hostsOf(sources, lastEndMs(pod)) : {};
    if (hosts === null) return null;
    const namespace = pod.metadata.namespace ?? "default";
    const claims = (pod.spec?.volumes ?? []).flatMap((volume) => volume.persistentVolumeClaim?.claimName ?? []);
    return {
      pod,
      environment,
      nowMs: Date.now(),
      events: view.eventsAbout(pod.metadata.uid ?? ""),
      claimEvents: Object.fromEntries(claims.map((claim) => [claim, view.eventsAboutClaim(namespace, claim)])),
      logs,
      nodes: view.nodes(),
      dependencies: dependencies(sources, serviceOf(pod), hosts),
    };
  };
}

function dependencies(sources: Sources, service: string, hosts: Readonly<Record<string, Host>>): Dependencies {
  const declared = sources.dependenciesOf(service);
  const readySinceMs = Math.max(0, ...declared.map((name) => readySince(sources.pods.of(name))));
  return { declared, missing: declared.filter((name) => !isReadyService(sources, name)), readySinceMs, hosts };
}

/** Some version of it serves: that another one is being rolled out stops nobody. */
function isReadyService({ following }: Sources, name: string): boolean {
  const workloads = following.present(name);
  return workloads !== null && workloads.every((workload) => workload !== undefined && isServing(workload));
}

function readySince(pods: readonly Pod[]): number {
  const times = pods.filter(isReady).map(({ status }) => {
    const ready = status?.conditions?.find(({ type }) => type === "Ready");
    return msOf(ready?.lastTransitionTime);
  });
  return times.length === 0 ? 0 : Math.min(...times);
}

/** By every name and address; null while the API is asked. A service that nobody has applied yet is not Ready. */
function hostsOf(sources: Sources, afterMs: number): Readonly<Record<string, Host>> | null {
  const addresses = sources.addresses(afterMs);
  if (addresses === null) return null;
  const host = (service: string): Host => ({ service, isReady: isReadyService(sources, service) });
  const ofPods = [...sources.following.services()].flatMap((service) =>
    sources.pods.of(service).flatMap(({ status }) => (status?.podIP ? [[status.podIP, host(service)] as const] : [])),
  );
  return Object.fromEntries([
    ...ofPods,
    ...Object.entries(addresses).map(([name, service]) => [name, host(service)] as const),
  ]);
}

/** When a container of the pod ended last: a service that was made before then is known afterwards. */
function lastEndMs({ status }: Pod): number {
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const ends = statuses.flatMap(({ state, lastState }) => [state?.terminated, lastState?.terminated]);
  return Math.min(Date.now(), Math.max(0, ...ends.map((end) => msOf(end?.finishedAt))));
}
