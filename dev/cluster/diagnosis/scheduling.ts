import type { Pod } from "../../sources/pod.ts";
import { type ClusterNode, type Evidence, type Found, STARTING, type Verdict, msOf, oneLine } from "./evidence.ts";
import { claimTrouble } from "./claim.ts";
import { pressureTrouble } from "./node.ts";

// A scheduler looks again at once when a pod of the former revision has gone.
const PATIENCE_MS = 1500;
const FINAL_MS = 20_000;

/** A pod that no node has taken; null for one that has its node. */
export function schedulingVerdict(evidence: Evidence): Verdict | null {
  const { pod, nowMs } = evidence;
  if (pod.spec?.nodeName !== undefined) return null;
  const claim = claimTrouble(evidence);
  if (claim) return claim;
  const unscheduled = pod.status?.conditions?.find(
    ({ type, status, reason }) => type === "PodScheduled" && status === "False" && reason === "Unschedulable",
  );
  if (!unscheduled) return STARTING;
  const ageMs = nowMs - msOf(pod.metadata.creationTimestamp);
  if (ageMs < PATIENCE_MS) return { state: "starting", lookAgainMs: PATIENCE_MS - ageMs };
  const why = (unscheduled.message ?? "").replace(/ preemption:.*$/, "").trim();
  return { state: "trouble", found: { ...unschedulable(evidence, why), isFinal: ageMs > FINAL_MS } };
}

/** Of several reasons, one per node, the one that is mended most easily: a node that is full would have taken the pod. */
function unschedulable({ pod, nodes }: Evidence, why: string): Omit<Found, "isFinal"> {
  const resource = /Insufficient (\S+?)[.,]?(?:\s|$)/.exec(why)?.[1];
  if (resource !== undefined) return resourceTrouble(pod, resource);
  if (/Too many pods/.test(why)) return resourceTrouble(pod, "pods");
  if (/free ports/.test(why)) return hostPortTrouble(pod);
  const isSelective = /node affinity\/selector|node selector|node affinity(?! conflict)/.test(why);
  if (isSelective && !nodes.some((node) => isSelected(node, pod))) return selectorTrouble(pod);
  const pressure = pressureTrouble(why);
  if (pressure) return pressure;
  const taint = /untolerated taint(?:\(s\))? ?(\{[^}]*\})?/.exec(why);
  if (taint)
    return {
      code: "POD_TAINT",
      message: `no node takes it: it does not tolerate the taint${taint[1] === undefined ? "s that they have" : ` ${taint[1].replace(": }", "}")}`}`,
      fix: "add it to tolerations of the service in services.json, or remove the taint: kubectl taint nodes",
    };
  if (isSelective) return selectorTrouble(pod);
  return {
    code: "POD_UNSCHEDULABLE",
    message: `no node takes it: ${oneLine(why)}`,
    fix: "correct nodeSelector, affinity or topologySpreadConstraints in services.json",
  };
}

/** Of a pod with a selector: whether a node has the labels, so that something else keeps the pod from it. */
function isSelected({ metadata }: ClusterNode, { spec }: Pod): boolean {
  const wanted = Object.entries(spec?.nodeSelector ?? {});
  return wanted.length > 0 && wanted.every(([key, value]) => metadata.labels?.[key] === value);
}

function resourceTrouble(pod: Pod, resource: string): Omit<Found, "isFinal"> {
  if (/gpu/.test(resource))
    return {
      code: "POD_GPU",
      message: `no node takes it: none has a ${resource} left`,
      fix: 'mock the service where there is no GPU: environments.<env>.mocks: "gpu"',
    };
  const asked = (pod.spec?.containers ?? []).map(({ resources }) => resources?.requests?.[resource]).filter(Boolean);
  return {
    code: "POD_RESOURCES",
    message: `no node takes it: none has ${asked.length > 0 ? `the ${asked.join(" + ")} ${resource}` : resource} left that it requests`,
    fix:
      resource === "pods"
        ? "stop something else: a node takes a limited number of pods"
        : `lower resources.requests.${resource} in services.json, or stop something else`,
  };
}

function hostPortTrouble(pod: Pod): Omit<Found, "isFinal"> {
  const ports = (pod.spec?.containers ?? []).flatMap((one) =>
    (one.ports ?? []).flatMap(({ hostPort }) => hostPort ?? []),
  );
  return {
    code: "POD_HOST_PORT",
    message: `no node takes it: port ${ports.join(" or ")} of the node is taken by another pod`,
    fix: "change hostPort in services.json, or stop the other pod",
  };
}

function selectorTrouble({ spec }: Pod): Omit<Found, "isFinal"> {
  const wanted = Object.entries(spec?.nodeSelector ?? {}).map(([key, value]) => `${key}=${value}`);
  return {
    code: "POD_NODE_SELECTOR",
    message: `no node takes it: none has the labels that it demands${wanted.length > 0 ? ` (${wanted.join(", ")})` : ""}`,
    fix: "correct nodeSelector or affinity in services.json, or label a node: kubectl label node",
  };
}
