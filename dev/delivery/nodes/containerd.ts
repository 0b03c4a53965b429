import { setTimeout as sleep } from "node:timers/promises";
import { type UserError, userError } from "../../../tools/lib/errors.ts";
import type { Archive } from "../images/archive.ts";
import { type ImageStatus, blobSizes, imageStatuses, snapshotterOf } from "./listings.ts";
import { type NodeAnswer, type NodeCommand, NodeOutOfReach, type NodeShell, orAborted } from "./shell.ts";

/** How containerd is reached on a node, and where it keeps its things. */
export interface Containerd {
  /** Its client, with what always goes along: `ctr -n k8s.io`. */
  readonly ctr: readonly string[];
  readonly folder: string;
  readonly configPath: string;
}

/** The containerd of one node. */
export interface NodeImages {
  readonly name: string;
  readonly containerd: Containerd;
  /** Bytes of a blob that the node has, as it was listed last; null for any other. */
  knownSize(digest: string): number | null;
  /** Asks the node itself; names that it does not have are absent. */
  statuses(names: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, ImageStatus>>;
  /** Lists names and blobs again. */
  refresh(signal: AbortSignal): Promise<void>;
  /** From now on these are unknown, whatever was listed. */
  distrust(digests: readonly string[]): void;
  /** Null, or what the node says against it; then the name is gone. */
  load(archive: Archive, name: string, sent: Blobs, signal: AbortSignal): Promise<string | null>;
  /**
   * Resolves when the kubelet's runtime knows the name. It hears of an import by an event; after one that failed
   * it takes a second over the next, in which a pod would be told that there is no such image.
   */
  settled(name: string, signal: AbortSignal): Promise<void>;
  tag(name: string, as: string, signal: AbortSignal): Promise<void>;
  /** Output of a command that must not fail. */
  ask(words: readonly string[], signal: AbortSignal): Promise<string>;
  close(): Promise<void>;
}

type Blobs = ReadonlyMap<string, number>;

// What ctr says when containerd is not there: the node has just been started, say.
const OUT_OF_REACH =
  /connection refused|containerd\.sock: .*no such file|failed to dial|connection error|deadline exceeded/;

/** What the kubelet's runtime writes on each name that it knows. */
const MANAGED = "io.cri-containerd.image=managed";
const SETTLE_TIMEOUT_MS = 5_000;

export function nodeImages(name: string, shell: NodeShell, containerd: Containerd): NodeImages {
  const { ctr } = containerd;
  const { run, ask } = questions(name, shell);
  let listed: Listed | null = null;
  const refresh = async (signal: AbortSignal): Promise<void> => {
    listed = await list(containerd, { run, ask }, signal);
  };
  const check = gathered(async (names) => {
    const there = [...names].filter((one) => listed?.names.has(one));
    if (there.length === 0) return new Map<string, ImageStatus>();
    // Others wait for the same answer: it may not end with whoever asked first.
    const text = await ask(
      [...ctr, "images", "check", ...there.map((one) => `name==${one}`)],
      new AbortController().signal,
    );
    return imageStatuses(text);
  });
  return {
    name,
    containerd,
    knownSize: (digest) => listed?.blobs.get(digest) ?? null,
    async statuses(names, signal) {
      if (!listed) await refresh(signal);
      return orAborted(check(names), signal);
    },
    refresh,
    distrust: (digests) => digests.forEach((digest) => listed?.blobs.delete(digest)),
    async load(archive, loaded, sent, signal) {
      const snapshotter = listed?.snapshotter ?? null;
      const chosen = snapshotter === null ? [] : [`--snapshotter=${snapshotter}`];
      const words = [...ctr, "images", "import", ...chosen, "-"];
      const otherwise = [...ctr, "images", "rm", loaded];
      const { exitCode, output } = await run({ words, input: archive, otherwise }, signal);
      if (exitCode !== 0) return lastLine(output);
      for (const [digest, size] of sent) listed?.blobs.set(digest, size);
      listed?.names.add(loaded);
      return null;
    },
    settled: (one, signal) => settled(one, (words) => ask([...ctr, ...words], signal), signal),
    async tag(one, as, signal) {
      await ask([...ctr, "images", "tag", "--force", one, as], signal);
      listed?.names.add(as);
    },
    ask,
    close: () => shell.close(),
  };
}

/** A client that does not write on names ends this after a while: it was only to spare a pod a second. */
async function settled(
  name: string,
  ask: (words: readonly string[]) => Promise<string>,
  signal: AbortSignal,
): Promise<void> {
  const endMs = performance.now() + SETTLE_TIMEOUT_MS;
  while (performance.now() < endMs) {
    if ((await ask(["images", "ls", `name==${name}`])).includes(MANAGED)) return;
    await sleep(50, undefined, { signal });
  }
}

/** What a node had when it was asked, and what was sent to it since. */
interface Listed {
  readonly names: Set<string>;
  readonly blobs: Map<string, number>;
  readonly snapshotter: string | null;
}

async function list(
  { ctr, folder, configPath }: Containerd,
  { run, ask }: Questions,
  signal: AbortSignal,
): Promise<Listed> {
  const [names, blobs, config] = await Promise.all([
    ask([...ctr, "images", "ls", "-q"], signal),
    ask(["ls", "-ln", `${folder}/io.containerd.content.v1.content/blobs/sha256`], signal),
    // No such file, or nothing said in it: then it is containerd's own choice.
    run({ words: ["grep", "-h", "snapshotter", configPath] }, signal),
  ]);
  return { names: new Set(names.split("\n")), blobs: blobSizes(blobs), snapshotter: snapshotterOf(config.output) };
}

interface Questions {
  readonly run: (command: NodeCommand, signal: AbortSignal) => Promise<NodeAnswer>;
  /** Output of a command that must not fail. */
  readonly ask: (words: readonly string[], signal: AbortSignal) => Promise<string>;
}

function questions(name: string, shell: NodeShell): Questions {
  const run: Questions["run"] = async (command, signal) => {
    const answer = await shell.run(command, signal);
    if (answer.exitCode !== 0 && OUT_OF_REACH.test(answer.output)) throw new NodeOutOfReach(lastLine(answer.output));
    return answer;
  };
  const ask: Questions["ask"] = async (words, signal) => {
    const { exitCode, output } = await run({ words }, signal);
    if (exitCode !== 0) throw nodeFailed(name, `${words.join(" ")}: ${lastLine(output)}`);
    return output;
  };
  return { run, ask };
}

/** Whoever asks in the same moment is answered along: twenty images are one question. */
function gathered<T>(answer: (names: ReadonlySet<string>) => Promise<T>): (names: readonly string[]) => Promise<T> {
  let open: { readonly names: Set<string>; readonly answer: Promise<T> } | null = null;
  return (names) => {
    if (!open) {
      const all = new Set<string>();
      const later = async (): Promise<T> => {
        await new Promise(setImmediate);
        open = null;
        return answer(all);
      };
      open = { names: all, answer: later() };
    }
    for (const one of names) open.names.add(one);
    return open.answer;
  };
}

export function nodeFailed(node: string, why: string): UserError {
  const fix = /no space left/.test(why)
    ? `free some space: docker exec ${node} crictl rmi --prune`
    : `look at the node: docker exec ${node} journalctl -u containerd -n 20`;
  return userError("DELIVERY_FAILED", `node ${node}`, why, fix);
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
