import { type ClusterEvent, type Found, oneLine, timeOf } from "./evidence.ts";

/** What makes pods, when it cannot: a ReplicaSet, a StatefulSet, a DaemonSet or a Job. */
export interface Creator {
  /** When what it should make was changed last: what was said before is about something else. */
  readonly changedMs: number;
  readonly isShort: boolean;
  /** About it, oldest first. */
  readonly events: readonly ClusterEvent[];
  readonly environment: string;
  readonly nowMs: number;
}

// An account or a quota that is made in the same breath may come a moment later.
const PATIENCE_MS = 3000;

/** Why pods are not made at all; the time after which to look again when that may still pass; null when they are made. */
export function creationTrouble({ changedMs, isShort, events, nowMs, environment }: Creator): Found | number | null {
  const last = events.findLast(({ reason }) => reason === "FailedCreate" || reason === "SuccessfulCreate");
  if (!isShort || last?.reason !== "FailedCreate" || timeOf(last) < changedMs) return null;
  const message = (last.message ?? "").replace(/^Error creating: /, "");
  const refusal = refused(message);
  if (refusal) return { ...refusal, fix: refusal.fix.replaceAll("<env>", environment), isFinal: true };
  const ageMs = nowMs - changedMs;
  if (ageMs < PATIENCE_MS) return PATIENCE_MS - ageMs;
  return {
    code: "POD_NOT_CREATED",
    message: `its pods cannot be made: ${withoutPod(message)}`,
    fix: "correct what the message names in services.json",
    isFinal: false,
  };
}

function refused(message: string): Omit<Found, "isFinal"> | null {
  return quota(message) ?? podSecurity(message) ?? admission(message);
}

function quota(message: string): Omit<Found, "isFinal"> | null {
  const [, name, requested, used, limited] =
    /exceeded quota: ([^,]+), requested: (.*), used: (.*), limited: (.*)$/s.exec(message) ?? [];
  if (name !== undefined)
    return {
      code: "QUOTA_EXCEEDED",
      message: `its pods are not made: quota ${name} allows ${limited}, ${used} is used, and it asks for ${requested}`,
      fix: "lower resources or replicas in services.json, or raise namespaces.<name>.resourceQuota",
    };
  const unset = /failed quota: ([^:]+): must specify (.*)$/s.exec(message);
  if (unset)
    return {
      code: "QUOTA_EXCEEDED",
      message: `its pods are not made: under quota ${unset[1]} each must say ${oneLine(unset[2])}`,
      fix: "set it under resources of the service in services.json",
    };
  const limit = /((?:max|min)imum \S+ usage per .*)$/s.exec(message);
  return limit
    ? {
        code: "QUOTA_EXCEEDED",
        message: `its pods are not made: ${oneLine(limit[1]).replace(/]$/, "")}`,
        fix: "correct resources in services.json, or namespaces.<name>.limitRange",
      }
    : null;
}

function podSecurity(message: string): Omit<Found, "isFinal"> | null {
  const [, level, why] = /violates PodSecurity "([^":]+)[^"]*": (.*)$/s.exec(message) ?? [];
  if (level === undefined) return null;
  return {
    code: "POD_SECURITY_REFUSED",
    message: `its pods are not made, since Pod Security ${level} forbids ${oneLine(why)}`,
    fix: "correct securityContext in services.json, or lower namespaces.<name>.podSecurity",
  };
}

function admission(message: string): Omit<Found, "isFinal"> | null {
  const [, absent, why] = /failed calling webhook "([^"]+)": (.*)$/s.exec(message) ?? [];
  if (absent !== undefined)
    return {
      code: "WEBHOOK_UNREACHABLE",
      message: `its pods are not made: the webhook ${absent} does not answer: ${oneLine(why)}`,
      fix: "start what serves it, or delete it: kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations",
    };
  const [, webhook, said] = /admission webhook "([^"]+)" denied the request: (.*)$/s.exec(message) ?? [];
  const [, policy, refusal] = /ValidatingAdmissionPolicy '([^']+)' .*denied request: (.*)$/s.exec(message) ?? [];
  if (webhook === undefined && policy === undefined) return null;
  return {
    code: "ADMISSION_REFUSED",
    message: `its pods are not made: ${webhook === undefined ? `the policy ${policy}` : `the webhook ${webhook}`} refuses them: ${oneLine(said ?? refusal)}`,
    fix: "correct in services.json what it demands",
  };
}

/** Each attempt is for a pod of another name. */
function withoutPod(message: string): string {
  return oneLine(message.replace(/pods "[^"]+" is forbidden: /, ""));
}
