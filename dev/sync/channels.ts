import type { KubeApi } from "../cluster/api/api.ts";
import type { Replica } from "./replicas.ts";
import { type Channel, LOOP, type Shell, ShellEnded, openShell } from "./shell.ts";

/** Starts a program in a node, whose input stays open. */
export type OpenInNode = (node: string, command: readonly string[]) => Promise<Channel>;

/** A way to a container's files. */
export interface Way {
  readonly shell: Shell;
  /** Path at which the shell sees the container's root. */
  readonly root: string;
  /** The container's first process, as the shell knows it. */
  readonly process: number;
}

/** A shell in the container itself: it is its user, and sees what it sees. */
export async function wayInside(api: KubeApi, replica: Replica, signal: AbortSignal): Promise<Way> {
  const { stdin, stdout, stderr, ended } = await api.exec(replica, ["sh", "-c", LOOP], signal);
  stderr.resume();
  const channel: Channel = { input: stdin, output: stdout, closed: ended };
  try {
    return { shell: await openShell(channel), root: "", process: 1 };
  } catch (error) {
    // Why it ended says more than that it did.
    if (!(error instanceof ShellEnded)) throw error;
    throw new ShellEnded(
      await ended.then(
        (code) => `exit code ${code}`,
        (reason: Error) => reason.message,
      ),
    );
  }
}

/**
 * A shell in the node, which sees the container's root, volumes included, where the kernel shows it for each process. Only
 * where this machine's engine runs the nodes. Nothing of the container is run.
 */
export async function wayThroughNode(open: OpenInNode, { node, containerId }: Replica): Promise<Way> {
  const shell = await openShell(await open(node, ["sh", "-c", LOOP]));
  // The cgroup's name holds the container's id; the lowest number is the process that it was started with.
  const line = `for p in /proc/[0-9]*; do grep -q ${containerId} "$p/cgroup" && echo "@${"${p#/proc/}"}"; done 2>/dev/null; true`;
  const { output } = await shell.run({ line, input: [] });
  const found = [...output.matchAll(/^@(\d+)$/gm)].map(([, id]) => Number(id)).toSorted((a, b) => a - b);
  const [process] = found;
  if (process === undefined) {
    shell.close();
    throw new ShellEnded(`no process of the container runs in ${node}`);
  }
  return { shell, root: `/proc/${process}/root`, process };
}
