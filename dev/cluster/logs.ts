import type { ContainerStatus, Pod } from "../sources/pod.ts";
import type { KubeApi } from "./api/api.ts";
import { lastEnd } from "./diagnosis/container.ts";

/** By container of a pod, the last lines of its run that ended; null while the API has not answered. */
export type Logs = (pod: Pod) => Readonly<Record<string, string>> | null;

const TAIL_LINES = "40";
const MOST_KEPT = 200;
// A log that does not come must not keep back what is known without it.
const LATE_MS = 3000;

/** Logs of containers that have ended, each asked for once. `onAnswer` is called when one has come. */
export function newLogs(api: KubeApi, onAnswer: () => void, signal: AbortSignal): Logs {
  /** By container id; null while it is on its way. */
  const logs = new Map<string, string | null>();
  return (pod) => {
    const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
    const ended = [...initContainerStatuses, ...containerStatuses].flatMap((status) => endedRun(status, pod));
    const texts = ended.map(({ status, id }) => [status.name, log(pod, status, id)] as const);
    return texts.some(([, text]) => text === null) ? null : (Object.fromEntries(texts) as Record<string, string>);
  };

  function log(pod: Pod, status: ContainerStatus, id: string): string | null {
    const known = logs.get(id);
    if (known !== undefined) return known;
    logs.set(id, null);
    const oldest = logs.size > MOST_KEPT ? logs.keys().next().value : undefined;
    if (oldest !== undefined) logs.delete(oldest);
    void readLog(pod, status).then((text) => {
      logs.set(id, text);
      onAnswer();
    });
    return null;
  }

  /** Empty where there is none: of a container whose node or pod has gone. */
  async function readLog({ metadata }: Pod, { name, state }: ContainerStatus): Promise<string> {
    const path = `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}/log`;
    const query = { container: name, tailLines: TAIL_LINES, previous: String(state?.terminated === undefined) };
    const late = AbortSignal.any([signal, AbortSignal.timeout(LATE_MS)]);
    const answer = await api.request("GET", path, { query, signal: late }).catch(() => null);
    return answer?.status === 200 && typeof answer.body === "string" ? answer.body : "";
  }
}

function endedRun(status: ContainerStatus, pod: Pod): { readonly status: ContainerStatus; readonly id: string }[] {
  const end = lastEnd(status, pod, Date.now());
  const hasSpoken = end && end.exitCode !== 0 && end.reason !== "StartError" && end.reason !== "ContainerCannotRun";
  return hasSpoken && end.containerID !== undefined ? [{ status, id: end.containerID }] : [];
}
