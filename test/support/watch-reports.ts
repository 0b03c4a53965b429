import type { KubeApi } from "../../dev/cluster/api/api.ts";
import type { BrokenService, Place } from "./broken/service.ts";

/** Watches of our own: when what is wrong with each service was first reported, into `reportedMs`. */
export function watchReports(
  api: KubeApi,
  { namespace, restricted }: Place,
  broken: readonly BrokenService[],
  reportedMs: Map<string, number>,
  signal: AbortSignal,
): Promise<void>[] {
  const onEvent = (_: string, object: unknown): void => {
    const service = broken.find((one) => isAbout(object as Reported, one.name));
    if (!service || reportedMs.has(service.name) || !service.reported.test(sayingOf(object as Reported))) return;
    reportedMs.set(service.name, Date.now());
  };
  const paths = [namespace, restricted].flatMap((name) => [
    `/api/v1/namespaces/${name}/pods`,
    `/api/v1/namespaces/${name}/events`,
    `/apis/batch/v1/namespaces/${name}/jobs`,
  ]);
  return paths.map((path) => api.watch(path, {}, { onList: () => undefined, onEvent }, signal));
}

/** What somebody has found out: not what was asked for. */
function sayingOf(object: Reported): string {
  return JSON.stringify({ ...object, metadata: undefined, spec: undefined });
}

interface Reported {
  readonly metadata: { readonly name: string };
  readonly spec?: unknown;
  readonly involvedObject?: { readonly name: string };
}

/** Pods and ReplicaSets are named after their Deployment, with one or two hashes. */
function isAbout({ metadata, involvedObject }: Reported, service: string): boolean {
  return new RegExp(`^${service}(-[a-z0-9]{5,10}){0,2}$`).test((involvedObject ?? metadata).name);
}
