import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { KubeApi } from "../../dev/cluster/api/api.ts";
import type { ClusterEvent, ClusterNode, Evidence } from "../../dev/cluster/diagnosis/evidence.ts";
import type { Pod } from "../../dev/sources/pod.ts";
import type { Finding } from "../../tools/lib/errors.ts";
import type { BrokenService, Place } from "./broken/service.ts";

const FOLDER = join(import.meta.dirname, "../dev/pods");

/** With RECORD=1: keeps what the API says of a pod in trouble, for the tests that need no cluster. */
export async function recordEvidence(
  api: KubeApi,
  place: Place,
  service: BrokenService,
  finding: Finding,
  nowMs: number,
): Promise<void> {
  const [, name, namespace] = /^Pod\/(\S+) in (\S+)$/.exec(finding.where) ?? [];
  if (process.env["RECORD"] !== "1" || name === undefined) return;
  const get = async <Body>(path: string): Promise<Body> => (await api.request("GET", path)).body as Body;
  let pod = await get<Pod>(`/api/v1/namespaces/${namespace}/pods/${name}`);
  // What an event announces comes into the status later: only then is the pod the same each time.
  for (let tries = 0; isBeingMade(pod) && tries < 40; tries++) {
    await sleep(250);
    pod = await get<Pod>(`/api/v1/namespaces/${namespace}/pods/${name}`);
  }
  const { items } = await get<{ items: ClusterEvent[] }>(`/api/v1/namespaces/${namespace}/events`);
  const nodes = await get<{ items: ClusterNode[] }>("/api/v1/nodes");
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const logs = statuses.map(async ({ name: container, state, lastState }) => {
    const previous = state?.terminated === undefined && lastState?.terminated !== undefined;
    const log = await api.request("GET", `/api/v1/namespaces/${namespace}/pods/${name}/log`, {
      query: { container, previous: String(previous), tailLines: "40" },
    });
    return [container, log.status === 200 ? String(log.body) : ""] as const;
  });
  const claims = (pod.spec?.volumes ?? []).flatMap((volume) => volume.persistentVolumeClaim?.claimName ?? []);
  const aboutClaim = (claim: string): ClusterEvent[] =>
    items.filter(({ involvedObject: about }) => about?.kind === "PersistentVolumeClaim" && about.name === claim);
  const evidence: Evidence = {
    pod: withoutManagers(pod),
    environment: "local",
    nowMs,
    events: items.filter(({ involvedObject }) => involvedObject?.uid === pod.metadata.uid).map(withoutManagers),
    claimEvents: Object.fromEntries(claims.map((claim) => [claim, aboutClaim(claim).map(withoutManagers)])),
    logs: Object.fromEntries((await Promise.all(logs)).filter(([, text]) => text !== "")),
    nodes: nodes.items.map(({ metadata, status }) => ({
      metadata: { name: metadata.name, labels: metadata.labels ?? {} },
      status: {
        conditions: status?.conditions ?? [],
        nodeInfo: { architecture: status?.nodeInfo?.architecture ?? "" },
      },
    })),
    dependencies: { declared: [], missing: [], readySinceMs: 0, hosts: {} },
  };
  // The same names each time.
  const text = JSON.stringify(evidence, null, 2).replaceAll(place.id, "acme").replaceAll(String(place.port), "20000");
  writeFileSync(join(FOLDER, `${service.name}.json`), `${text}\n`);
}

function isBeingMade({ spec, status }: Pod): boolean {
  const isMade =
    status?.containerStatuses?.every(({ state }) => state?.waiting?.reason !== "ContainerCreating") ?? true;
  return spec?.nodeName !== undefined && !isMade;
}

function withoutManagers<Item extends object>(item: Item): Item {
  const { managedFields: _, ...metadata } = (item as { metadata: { managedFields?: unknown } }).metadata;
  return { ...item, metadata };
}
