import type { Finding } from "../../../tools/lib/errors.ts";
import { type Pod, isReady } from "../../sources/pod.ts";
import { containerVerdicts, unsteadyMs } from "./container.ts";
import { type Evidence, type Found, STARTING, type Verdict, oneLine } from "./evidence.ts";
import { nodeTrouble } from "./node.ts";
import { probeVerdict } from "./probe.ts";
import { schedulingVerdict } from "./scheduling.ts";
import { mountTrouble } from "./volume.ts";

/** What is thought of a pod: well, starting, waiting for others, or one thing that is wrong with it. Pure. */
export function diagnose(evidence: Evidence): Verdict {
  const { pod } = evidence;
  if (isWell(pod) && unsteadyMs(pod, evidence.nowMs) === 0) return { state: "well" };
  const node = nodeTrouble(evidence);
  if (node) return trouble(node);
  const containers = containerVerdicts(evidence);
  const ofContainers = ["trouble", "waits", "starting"].map((state) => containers.find((one) => one.state === state));
  const container = ofContainers.find((one) => one !== undefined);
  if (container) return container;
  if (pod.status?.phase === "Failed") return trouble(failed(pod));
  const scheduling = schedulingVerdict(evidence);
  if (scheduling) return scheduling;
  if (isWell(pod)) return STARTING;
  const mount = mountTrouble(evidence);
  if (mount) return trouble(mount);
  return pod.status?.phase === "Running" ? probeVerdict(evidence) : STARTING;
}

function isWell(pod: Pod): boolean {
  return isReady(pod) || pod.status?.phase === "Succeeded";
}

/** A finding that a reader can act on: which pod, in which environment. */
export function findingOf({ code, message, fix, log }: Found, pod: Pod, environment: string): Finding {
  const { namespace = "default", name } = pod.metadata;
  return {
    code,
    severity: "error",
    where: `Pod/${name} in ${namespace}`,
    message,
    fix: fix.replaceAll("<pod>", `-n ${namespace} ${name}`).replaceAll("<env>", environment),
    ...(log && { log }),
  };
}

function trouble(found: Found): Verdict {
  return { state: "trouble", found };
}

/** Thrown out by its node, or ended for a reason that no container tells. */
function failed({ status }: Pod): Found {
  const said = oneLine([status?.reason, status?.message].filter(Boolean).join(": "));
  if (status?.reason === "Evicted")
    return {
      code: "POD_EVICTED",
      message: `the node has thrown it out: ${oneLine(status.message)}`,
      fix: "free what the node lacks (kubectl describe node), or lower what the service uses",
      isFinal: false,
    };
  return {
    code: "POD_FAILED",
    message: said === "" ? "it has failed" : said,
    fix: "kubectl describe pod <pod>",
    isFinal: false,
  };
}
