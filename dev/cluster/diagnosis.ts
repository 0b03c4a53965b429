import type { Finding } from "../../tools/lib/errors.ts";
import { type Pod, type PodEvent, ownerOf } from "../sources/pod.ts";
import { type Found, containerTrouble, missingSecret, oneLine } from "./container-trouble.ts";

/** What is wrong with a pod, in one line with cause and fix. Final: it stays so until something is changed. */
export interface Diagnosis {
  readonly finding: Finding;
  readonly isFinal: boolean;
}

/** What cannot be read from the pod itself. */
export interface PodFacts {
  readonly environment: string;
  readonly ageMs: number;
  /** Newest last; empty while nobody has asked for them. */
  readonly events: readonly PodEvent[];
}

/** Null for a pod that is well, or that only needs more time. Pure. */
export function diagnose(pod: Pod, facts: PodFacts): Diagnosis | null {
  const containers = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const ofContainers = containers
    .map((container) => containerTrouble(container, facts))
    .find((found) => found !== null);
  const found =
    ofContainers ?? scheduling(pod, facts) ?? mounting(facts) ?? sandbox(facts) ?? probing(pod, facts) ?? ended(pod);
  if (!found) return null;
  const { namespace = "default", name } = pod.metadata;
  const { code, message, fix, isFinal } = found;
  return {
    finding: {
      code,
      severity: "error",
      where: `Pod/${name} in ${namespace}`,
      message,
      fix: forPod(pod, fix).replaceAll("<pod>", `-n ${namespace} ${name}`).replaceAll("<env>", facts.environment),
    },
    isFinal,
  };
}

/** A job's containers are never restarted, so there is no previous one. */
function forPod(pod: Pod, fix: string): string {
  return ownerOf(pod).kind === "Job" ? fix.replaceAll("kubectl logs --previous", "kubectl logs") : fix;
}

const SCHEDULING_MS = 3000;

function scheduling({ status }: Pod, { ageMs }: PodFacts): Found | null {
  const unscheduled = status?.conditions?.find(
    ({ type, status: value, reason }) => type === "PodScheduled" && value === "False" && reason === "Unschedulable",
  );
  if (!unscheduled || ageMs < SCHEDULING_MS) return null;
  const why = (unscheduled.message ?? "").replace(/ preemption:.*$/, "").trim();
  return {
    code: "POD_UNSCHEDULABLE",
    message: `no node takes it: ${why}`,
    fix: schedulingFix(why),
    isFinal: ageMs > 20_000,
  };
}

function schedulingFix(why: string): string {
  const resource = /Insufficient (\S+?)[.,]?(?:\s|$)/.exec(why)?.[1];
  if (resource?.includes("gpu")) return 'mock the service where there is no GPU: environments.<env>.mocks: "gpu"';
  if (resource !== undefined) return `lower resources.requests.${resource} in services.json, or stop something else`;
  if (/PersistentVolumeClaim/i.test(why))
    return "look at its claim: kubectl get pvc; map its storage class in environments.<env>.storageClasses";
  if (/taint/.test(why)) return "add a toleration to the service, or remove the taint";
  return "correct nodeSelector or tolerations in services.json";
}

function mounting({ events }: PodFacts): Found | null {
  const failed = events.findLast(({ reason }) => reason === "FailedMount" || reason === "FailedAttachVolume");
  if (!failed) return null;
  return (
    missingSecret(failed.message ?? "") ?? {
      code: "POD_VOLUME",
      message: oneLine(failed.message),
      fix: "correct volumes or files of the service in services.json",
      isFinal: false,
    }
  );
}

function sandbox({ events }: PodFacts): Found | null {
  const failed = events.findLast(({ reason }) => reason === "FailedCreatePodSandBox");
  return failed
    ? {
        code: "POD_SANDBOX",
        message: `the node cannot set up the pod: ${oneLine(failed.message)}`,
        fix: "look at the node: kubectl describe pod <pod>",
        isFinal: false,
      }
    : null;
}

// The first probes come before a program listens: that they fail means nothing.
const PROBING_MS = 12_000;

function probing(pod: Pod, { events, ageMs }: PodFacts): Found | null {
  if (pod.status?.phase !== "Running" || ageMs < PROBING_MS) return null;
  const failed = events.findLast(({ reason }) => reason === "Unhealthy");
  return failed
    ? {
        code: "POD_PROBE",
        message: oneLine(failed.message),
        fix: "correct what the probe asks; what the program says: kubectl logs <pod>",
        isFinal: false,
      }
    : null;
}

/** Pods of jobs, and those that the node has thrown out. */
function ended({ status }: Pod): Found | null {
  if (status?.phase !== "Failed") return null;
  return {
    code: "POD_FAILED",
    message: [status.reason ?? "it has failed", status.message].filter(Boolean).join(": "),
    fix: "kubectl describe pod <pod>",
    isFinal: false,
  };
}
