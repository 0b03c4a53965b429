import type { Finding } from "../../tools/lib/errors.ts";
import { UserError, userError } from "../../tools/lib/errors.ts";
import type { KubeApi } from "../cluster/api/api.ts";
import type { Containers } from "../core/ports.ts";
import type { SyncStep } from "../core/step.ts";
import type { ServiceTarget, Target } from "../core/target.ts";
import type { Pods } from "../sources/pods.ts";
import type { OpenInNode } from "./channels.ts";
import { type Copies, type CopyContext, copiesInto } from "./copies.ts";
import { wantedFiles } from "./host-files.ts";
import { type Replica, crashing, replicasOf } from "./replicas.ts";

export interface SyncOptions {
  readonly root: string;
  readonly api: KubeApi;
  readonly pods: Pods;
  /** Null where this machine's engine does not run the nodes. */
  readonly openInNode: OpenInNode | null;
  /** Told once each: what the user should know and that stops nothing. */
  notice(finding: Finding): void;
}

export interface ContainerSync extends Containers {
  /** From now on these are the services and their rules; containers that start get what belongs to them. */
  follow(target: Pick<Target, "services">): void;
  close(): void;
}

/** What was copied for a service since its image was built. */
interface Memory {
  readonly tag: string | null;
  readonly paths: Set<string>;
}

/** How late the list of pods may be. */
const LATE_MS = 3000;
const LOOK_MS = 50;

/** Copies changed files into running containers, and once more into those of the same image that start later. */
export function containerSync({ root, api, pods, openInNode, notice }: SyncOptions): ContainerSync {
  const services = new Map<string, ServiceTarget>();
  const memories = new Map<string, Memory>();
  const containers = new Map<string, Copies>();
  const said = new Set<string>();
  const ending = new AbortController();
  const context: CopyContext = { api, openInNode, signal: ending.signal, notice: noticeOnce, isGone };
  pods.onChange(meet);
  return { sync, follow, close };

  function follow(target: Pick<Target, "services">): void {
    services.clear();
    for (const service of target.services) services.set(service.name, service);
    for (const { name } of target.services) meet(name);
  }

  async function sync({ service, paths, tag }: SyncStep, signal: AbortSignal): Promise<void> {
    services.set(service.name, service);
    const known = memories.get(service.name);
    const memory = known?.tag === tag ? known : { tag, paths: new Set<string>() };
    for (const path of paths) memory.paths.add(path);
    memories.set(service.name, memory);
    try {
      refuseCrashing(service, tag);
      await aborted(everywhere(service, tag, paths), signal);
    } catch (error) {
      // Whatever comes instead has the files; copying old ones again would only get in its way.
      if (!signal.aborted) memories.delete(service.name);
      throw error;
    }
  }

  async function everywhere(service: ServiceTarget, tag: string | null, paths: readonly string[]): Promise<void> {
    meet(service.name);
    const files = wantedFiles(root, service, paths);
    const replicas = replicasOf(pods.of(service.name)).filter(({ image }) => tag === null || image === tag);
    const results = await Promise.allSettled(replicas.map((replica) => copiesOf(replica).bring(() => files)));
    for (const result of results) if (result.status === "rejected") throw result.reason;
  }

  /** Containers that have started get what they lack; those that are gone are forgotten. */
  function meet(name: string): void {
    const service = services.get(name);
    if (!service?.watch.some(({ action }) => action.startsWith("sync"))) return;
    const running = replicasOf(pods.of(name));
    for (const replica of running) copiesOf(replica);
    const ids = new Set(running.map(({ containerId }) => `${name} ${containerId}`));
    for (const [id, copies] of containers)
      if (id.startsWith(`${name} `) && !ids.has(id)) {
        copies.close();
        containers.delete(id);
      }
  }

  function copiesOf(replica: Replica): Copies {
    const id = `${replica.service} ${replica.containerId}`;
    const found = containers.get(id);
    if (found) return found;
    const copies = copiesInto(replica, context);
    containers.set(id, copies);
    copies.bring(() => replayed(replica)).catch(failed);
    return copies;
  }

  /** Everything that a container which has just started should have. */
  async function replayed({ service: name, image }: Replica): Promise<Awaited<ReturnType<typeof wantedFiles>>> {
    const service = services.get(name);
    if (!service) return [];
    const memory = memories.get(name);
    const copied = memory && (memory.tag === null || memory.tag === image) ? [...memory.paths] : [];
    const initial = service.watch.filter(({ initialSync }) => initialSync).map(({ path }) => path);
    const files = await wantedFiles(root, service, new Set([...copied, ...initial]));
    return files.filter(({ entry, isRoot }) => entry.type !== "gone" || !isRoot);
  }

  function refuseCrashing({ name }: ServiceTarget, tag: string | null): void {
    const [pod] = crashing(pods.of(name), tag);
    if (!pod) return;
    throw userError(
      "SYNC_CRASHING",
      name,
      `${pod.metadata.name} ends again and again: nothing can be copied into it`,
      `look at its last lines: npm run dev -- logs ${name}`,
    );
  }

  async function isGone({ service, containerId }: Replica): Promise<boolean> {
    const isThere = (): boolean => replicasOf(pods.of(service)).some((one) => one.containerId === containerId);
    for (let ms = 0; ms < LATE_MS && isThere() && !ending.signal.aborted; ms += LOOK_MS)
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    return !isThere();
  }

  function failed(error: unknown): void {
    if (ending.signal.aborted) return;
    if (error instanceof UserError) error.findings.forEach(noticeOnce);
    else notice(unforeseen(error));
  }

  function noticeOnce(finding: Finding): void {
    // What a command says is new each time.
    const id = `${finding.code} ${finding.where}`;
    if (finding.severity === "warning" && said.has(id)) return;
    said.add(id);
    notice(finding);
  }

  function close(): void {
    ending.abort();
    for (const copies of containers.values()) copies.close();
  }
}

function unforeseen(error: unknown): Finding {
  const message = error instanceof Error ? error.message : String(error);
  return { code: "SYNC_FAILED", severity: "warning", where: "containers", message, fix: "save the file once more" };
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
