import { type Finding, userError } from "../../tools/lib/errors.ts";
import type { KubeApi } from "../cluster/api/api.ts";
import type { Containers } from "../core/ports.ts";
import type { SyncStep } from "../core/step.ts";
import type { ServiceTarget, Target } from "../core/target.ts";
import type { Pods } from "../sources/pods.ts";
import type { OpenInNode } from "./channels.ts";
import type { CopyContext } from "./copies.ts";
import { type WantedFile, wantedFiles } from "./host-files.ts";
import { newMemories } from "./memory.ts";
import { newNews } from "./news.ts";
import { type Replica, crashing, replicasOf } from "./replicas.ts";
import { startedContainers } from "./started.ts";

export interface SyncOptions {
  readonly root: string;
  readonly api: KubeApi;
  readonly pods: Pods;
  /** Null where this machine's engine does not run the nodes. */
  readonly openInNode: OpenInNode | null;
  /** Told once each: what the user should know and that stops nothing. */
  readonly notice: (finding: Finding) => void;
}

export interface ContainerSync extends Containers {
  /** From now on these are the services and their rules; containers that start get what belongs to them. */
  follow(target: Pick<Target, "services">): void;
  close(): void;
}

/** Copies changed files into running containers, and once more into those of the same image that start later. */
export function containerSync(options: SyncOptions): ContainerSync {
  const { root, pods } = options;
  const services = new Map<string, ServiceTarget>();
  const memories = newMemories();
  const news = newNews();
  const ending = new AbortController();
  const started = startedContainers(pods, contextOf(options, ending.signal), lacking);
  pods.onChange(meet);
  return { sync, follow, close: () => (ending.abort(), started.close()) };

  function follow(target: Pick<Target, "services">): void {
    services.clear();
    news.forget();
    for (const service of target.services) services.set(service.name, service);
    for (const { name } of target.services) meet(name);
  }

  async function sync({ service, paths, tag }: SyncStep, signal: AbortSignal): Promise<void> {
    services.set(service.name, service);
    memories.add(service.name, tag, paths);
    try {
      refuseCrashing(pods, service, tag);
      await aborted(everywhere(service, tag, paths), signal);
    } catch (error) {
      // Whatever comes instead has the files; copying old ones again would only get in its way.
      if (!signal.aborted) memories.forget(service.name);
      throw signal.aborted ? error : news.of(service.name, error);
    }
  }

  async function everywhere(service: ServiceTarget, tag: string | null, paths: readonly string[]): Promise<void> {
    meet(service.name);
    const files = wantedFiles(root, service, paths);
    const replicas = replicasOf(pods.of(service.name)).filter(({ image }) => tag === null || image === tag);
    const results = await Promise.allSettled(replicas.map((replica) => started.of(replica).bring(() => files)));
    for (const result of results) if (result.status === "rejected") throw result.reason;
  }

  function meet(name: string): void {
    if (services.get(name)?.watch.some(({ action }) => action.startsWith("sync"))) started.meet(name);
  }

  async function lacking({ service: name, image }: Replica): Promise<readonly WantedFile[]> {
    const service = services.get(name);
    if (!service) return [];
    const initial = service.watch.filter(({ initialSync }) => initialSync).map(({ path }) => path);
    const files = await wantedFiles(root, service, new Set([...memories.of(name, image), ...initial]));
    return files.filter(({ entry, isRoot }) => entry.type !== "gone" || !isRoot);
  }
}

/** How late the list of pods may be. */
const LATE_MS = 3000;
const LOOK_MS = 50;

function contextOf({ api, pods, openInNode, notice }: SyncOptions, signal: AbortSignal): CopyContext {
  const said = new Set<string>();
  return {
    api,
    openInNode,
    signal,
    notice(finding) {
      // What a command says is new each time.
      const id = `${finding.code} ${finding.where}`;
      if (finding.severity === "warning" && said.has(id)) return;
      said.add(id);
      notice(finding);
    },
    async isGone({ service, containerId }) {
      const isThere = (): boolean => replicasOf(pods.of(service)).some((one) => one.containerId === containerId);
      for (let ms = 0; ms < LATE_MS && isThere() && !signal.aborted; ms += LOOK_MS)
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      return !isThere();
    },
  };
}

function refuseCrashing(pods: Pods, { name }: ServiceTarget, tag: string | null): void {
  const [pod] = crashing(pods.of(name), tag);
  if (!pod) return;
  throw userError(
    "SYNC_CRASHING",
    name,
    `${pod.metadata.name} ends again and again: nothing can be copied into it`,
    `look at its last lines: npm run dev -- logs ${name}`,
  );
}

/** Ends with the signal; what is under way is done in a moment. */
function aborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
