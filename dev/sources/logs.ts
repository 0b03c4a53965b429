import { setTimeout as sleep } from "node:timers/promises";
import type { KubeApi } from "../cluster/api/api.ts";
import { ApiRefused } from "../cluster/api/errors.ts";
import type { Logs, PodLine } from "../core/logs.ts";
import { newestPods } from "./newest-pods.ts";
import type { ContainerStatus, Pod } from "./pod.ts";
import type { Pods } from "./pods.ts";

// How much of what was printed before anybody looked is told.
const TAIL_LINES = "200";
const PREVIOUS_LINES = "20";
const RETRY_MS = 1000;

/** Logs from the API, of the pods that a watch tells. */
export function podLogs(api: KubeApi, pods: Pods): Logs {
  const looks = new Map<object, { readonly service: string; readonly look: () => void }>();
  pods.onChange((changed) => {
    for (const { service, look } of looks.values()) if (service === changed) look();
  });
  return {
    async follow(service, onLine, signal) {
      const runs = new Map<string, Promise<void>>();
      const look = (): void => {
        const containers = newestPods(pods.of(service)).flatMap(containersOf);
        for (const { pod, container } of containers) {
          // One after the other: what a crashed one said last comes before what its successor says.
          let before = Promise.resolve();
          for (const run of runsOf(pod, container)) {
            const started = before;
            before = runs.get(run.id) ?? started.then(() => followRun({ api, pods, service, onLine, signal }, run));
            runs.set(run.id, before);
          }
        }
      };
      const mark = {};
      looks.set(mark, { service, look });
      look();
      await aborted(signal);
      looks.delete(mark);
      await Promise.all(runs.values());
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

interface Container {
  readonly pod: Pod;
  readonly container: ContainerStatus;
}

function containersOf(pod: Pod): Container[] {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  return [...initContainerStatuses, ...containerStatuses].map((container) => ({ pod, container }));
}

/** One life of a container. */
interface Run extends Container {
  readonly id: string;
  readonly isPrevious: boolean;
}

/** The present one, once there is something to read, and before it the one that has crashed. */
function runsOf(pod: Pod, container: ContainerStatus): Run[] {
  const { name, restartCount = 0, state, lastState } = container;
  const id = (run: number): string =>
    `${pod.metadata.namespace}/${pod.metadata.name} ${pod.metadata.uid} ${name} ${run}`;
  const isThere = state?.running !== undefined || state?.terminated !== undefined;
  return [
    ...(lastState?.terminated ? [{ pod, container, id: id(restartCount - 1), isPrevious: true }] : []),
    ...(isThere ? [{ pod, container, id: id(restartCount), isPrevious: false }] : []),
  ];
}

interface Following {
  readonly api: KubeApi;
  readonly pods: Pods;
  readonly service: string;
  readonly onLine: (line: PodLine) => void;
  readonly signal: AbortSignal;
}

/** Until it has ended. A connection that broke is taken up again where it was: nothing is told twice. */
async function followRun({ api, pods, service, onLine, signal }: Following, run: Run): Promise<void> {
  const { pod, container, isPrevious } = run;
  const { name, namespace = "default" } = pod.metadata;
  const how = isPrevious ? { previous: "true" } : { follow: "true" };
  let last = "";
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    const from = last;
    const amount = isFirst ? { tailLines: isPrevious ? PREVIOUS_LINES : TAIL_LINES } : { sinceTime: from };
    const tell = (line: string): void => {
      const { time, text } = stamped(line);
      if (time <= from) return;
      last = time;
      onLine({ pod: name, container: container.name, text, isPrevious });
    };
    const query = { container: container.name, timestamps: "true", ...how, ...(from === "" && !isFirst ? {} : amount) };
    const isGone = await api.lines(`/api/v1/namespaces/${namespace}/pods/${name}/log`, query, tell, signal).then(
      () => isPrevious,
      // Unreachable, or not quite there yet: it is asked again.
      (error: unknown) => error instanceof ApiRefused && (isPrevious || error.status === 404),
    );
    if (isGone || !isGoingOn(pods.of(service), run)) return;
    await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** `2026-05-04T10:11:12.123456789Z text`: kubelet's times are all of one length, so that they compare as text. */
function stamped(line: string): { readonly time: string; readonly text: string } {
  const at = line.indexOf(" ");
  return at === -1 ? { time: line, text: "" } : { time: line.slice(0, at), text: line.slice(at + 1) };
}

/** Whether a run that could be read no further is still the present one, as far as the watch has told by now. */
function isGoingOn(pods: readonly Pod[], { id, isPrevious }: Run): boolean {
  if (isPrevious) return true;
  return pods
    .flatMap(containersOf)
    .flatMap(({ pod, container }) => runsOf(pod, container))
    .some((run) => run.id === id && !run.isPrevious && run.container.state?.running !== undefined);
}
