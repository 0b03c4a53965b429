import { type ClusterEvent, type Evidence, type Found, type Verdict, oneLine, timeOf } from "./evidence.ts";

// A provisioner that works says so within a second or two.
const PROVISIONER_MS = 10_000;

/**
 * Why a claim of a pod has no volume. That it waits for its first consumer is no trouble: the pod is that consumer.
 * Null when its claims are not what the pod waits for.
 */
export function claimTrouble({ pod, claimEvents, nowMs }: Evidence): Verdict | null {
  const unscheduled = pod.status?.conditions?.find(({ type, status }) => type === "PodScheduled" && status === "False");
  const missing = /persistentvolumeclaim "([^"]+)" (?:not found|is being deleted)/.exec(
    unscheduled?.message ?? "",
  )?.[1];
  if (missing !== undefined) return trouble(claimMissing(missing));
  for (const { persistentVolumeClaim } of pod.spec?.volumes ?? []) {
    const name = persistentVolumeClaim?.claimName;
    const verdict = name === undefined ? null : pending(name, claimEvents[name] ?? [], nowMs);
    if (verdict) return verdict;
  }
  return null;
}

function pending(claim: string, events: readonly ClusterEvent[], nowMs: number): Verdict | null {
  const last = events.findLast(({ reason }) => reason !== "WaitForFirstConsumer" && reason !== "WaitForPodScheduled");
  const said = oneLine(last?.message);
  if (!last || last.reason === "ProvisioningSucceeded" || last.reason === "Provisioning") return null;
  if (last.reason === "ExternalProvisioning") return unanswered(claim, events, last, nowMs);
  const [, absent] = /storageclass\.storage\.k8s\.io "([^"]+)" not found/.exec(said) ?? [];
  if (absent !== undefined || last.reason === "FailedBinding") return trouble(noClass(claim, absent ?? null));
  if (last.reason !== "ProvisioningFailed") return null;
  if (/access mode|ReadWriteOnce|only support/i.test(said)) return trouble(accessMode(claim, said));
  return trouble({
    code: "CLAIM_PENDING",
    message: `the claim ${claim} gets no volume: ${said}`,
    fix: "correct the volume in services.json, or map its class: environments.<env>.storageClasses",
    isFinal: false,
  });
}

function trouble(found: Found): Verdict {
  return { state: "trouble", found };
}

function claimMissing(claim: string): Found {
  return {
    code: "CLAIM_MISSING",
    message: `no node takes it: persistentvolumeclaim "${claim}" not found`,
    fix: "declare the volume in services.json, or correct claimName",
    isFinal: false,
  };
}

function noClass(claim: string, name: string | null): Found {
  return {
    code: "CLAIM_CLASS",
    message:
      name === null
        ? `the claim ${claim} names no StorageClass, and the cluster has no default one and no free volume`
        : `the claim ${claim} wants the StorageClass ${name}, which does not exist`,
    fix: `map it to one that exists (kubectl get storageclass): environments.<env>.storageClasses`,
    isFinal: true,
  };
}

function accessMode(claim: string, said: string): Found {
  return {
    code: "CLAIM_ACCESS_MODE",
    message: `the claim ${claim} gets no volume, since its StorageClass does not know its access mode: ${said}`,
    fix: "correct accessModes of the volume in services.json: ReadWriteOnce is known everywhere",
    isFinal: false,
  };
}

/** The controller says who should make the volume; a provisioner that is there says `Provisioning` next. */
function unanswered(claim: string, events: readonly ClusterEvent[], last: ClusterEvent, nowMs: number): Verdict | null {
  const firstMs = Math.min(...events.filter(({ reason }) => reason === last.reason).map(firstTimeOf));
  if (events.some(({ reason }) => reason === "Provisioning")) return null;
  const dueMs = firstMs + PROVISIONER_MS;
  if (nowMs < dueMs) return { state: "starting", lookAgainMs: dueMs - nowMs };
  const provisioner = /external provisioner '([^']+)'/.exec(last.message ?? "")?.[1] ?? "of its class";
  return trouble({
    code: "CLAIM_PROVISIONER",
    message: `the claim ${claim} gets no volume: the provisioner ${provisioner} does not answer`,
    fix: "install it, or map the class to another one (kubectl get storageclass): environments.<env>.storageClasses",
    isFinal: false,
  });
}

function firstTimeOf(event: ClusterEvent): number {
  return event.metadata?.creationTimestamp === undefined ? timeOf(event) : Date.parse(event.metadata.creationTimestamp);
}
