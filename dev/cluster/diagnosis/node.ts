import type { ClusterNode, Evidence, Found } from "./evidence.ts";
import { oneLine } from "./evidence.ts";

/** Of a pod on a node that is not Ready, or one that no node can take because none is. */
export function nodeTrouble({ pod, nodes }: Evidence): Found | null {
  const own = nodes.find(({ metadata }) => metadata.name === pod.spec?.nodeName);
  if (own) return isNotReady(own) ? notReady(own) : null;
  const first = nodes[0];
  return first && pod.spec?.nodeName === undefined && nodes.every(isNotReady) ? notReady(first) : null;
}

export function isNotReady({ status }: ClusterNode): boolean {
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  return ready !== undefined && ready.status !== "True";
}

function notReady({ metadata, status }: ClusterNode): Found {
  const said = oneLine(status?.conditions?.find(({ type }) => type === "Ready")?.message);
  return {
    code: "NODE_NOT_READY",
    message: `the node ${metadata.name} is not Ready${said === "" ? "" : `: ${said}`}`,
    fix: `kubectl describe node ${metadata.name}; a node of kind: docker restart ${metadata.name}`,
    isFinal: false,
  };
}

/** A node that is short of something takes no new pod: its taint says of what. */
export function pressureTrouble(why: string): Found | null {
  const lacks = /node\.kubernetes\.io\/(memory|disk|pid)-pressure/.exec(why)?.[1];
  if (lacks === undefined) return null;
  const what = { memory: "memory", disk: "disk space", pid: "process numbers" }[lacks] ?? lacks;
  return {
    code: "NODE_PRESSURE",
    message: `the node is short of ${what} and takes no pod`,
    fix: lacks === "disk" ? "free disk space on this machine: docker system df" : "stop something else on this machine",
    isFinal: false,
  };
}
