import { missingReference } from "./configuration.ts";
import { type Evidence, type Found, oneLine } from "./evidence.ts";

// What the kubelet says while it fetches what a volume needs, and of a namespace that is just made.
const TRANSIENT =
  /kube-root-ca\.crt|not registered|timed out waiting for the condition|failed to sync (?:secret|configmap) cache|object has been modified/;

/** Of a pod that has a node and whose containers have not been made: its volumes, or its network. */
export function mountTrouble({ pod, events }: Evidence): Found | null {
  if (isSetUp({ pod })) return null;
  const failed = events.findLast(
    ({ reason, message }) =>
      /^Failed(?:Mount|AttachVolume|MapVolume)$/.test(reason ?? "") && !TRANSIENT.test(message ?? ""),
  );
  if (failed) return missingReference(pod, failed.message ?? "") ?? volumeTrouble(failed.message ?? "");
  const sandbox = events.findLast(({ reason }) => reason === "FailedCreatePodSandBox");
  // A node's network that has just come up fails once or twice.
  return sandbox && (sandbox.count ?? 1) > 1 ? sandboxTrouble(sandbox.message ?? "") : null;
}

function isSetUp({ pod: { status } }: Pick<Evidence, "pod">): boolean {
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return (
    status?.phase !== "Pending" ||
    containers.some(({ state }) => state?.running !== undefined || state?.terminated !== undefined)
  );
}

function volumeTrouble(message: string): Found {
  const [, name, why] = /volume "([^"]+)" : (.*)$/s.exec(message) ?? [];
  return {
    code: "POD_VOLUME",
    message: name === undefined ? oneLine(message) : `the volume ${name} cannot be mounted: ${oneLine(why)}`,
    fix: "correct volumes or files of the service in services.json",
    isFinal: false,
  };
}

function sandboxTrouble(message: string): Found {
  return {
    code: "POD_SANDBOX",
    message: `the node cannot set up the pod: ${oneLine(message)}`,
    fix: "look at the node: kubectl describe pod <pod>",
    isFinal: false,
  };
}
