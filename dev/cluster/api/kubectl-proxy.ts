import { rmSync } from "node:fs";
import { join } from "node:path";
import type { LockedCluster } from "../../../tools/cluster/context-lock.ts";
import type { RunningProgram } from "../../../tools/lib/exec.ts";
import { processFolder } from "../../../tools/lib/process-folder.ts";
import { ApiUnreachable } from "./errors.ts";
import { type Transport, socketTransport } from "./transport.ts";

const START_TIMEOUT_MS = 20_000;

/**
 * The API through one `kubectl proxy`, for what only kubectl can do: credential plugins, proxies, acting as somebody.
 * It listens on a socket in a folder that is ours alone, and is started again when it has ended.
 */
export async function proxyTransport({ kubectl, server }: LockedCluster): Promise<Transport> {
  const folder = await processFolder("slipway-api-");
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  let running: Promise<Proxy> | null = null;
  let count = 0;
  return socketTransport(server, path, stop);

  async function path(): Promise<string> {
    const mine = (running ??= start(join(folder, `${(count += 1)}.sock`)));
    const forget = (): void => void (running === mine && (running = null));
    mine.then(({ program }) => program.ended.then(forget), forget);
    return (await mine).socketPath;
  }

  /** By default the proxy refuses exec and attach, since its usual port is open to everybody on the machine. */
  async function start(socketPath: string): Promise<Proxy> {
    let said = "kubectl proxy said nothing";
    let announce: () => void = () => undefined;
    const isUp = new Promise<true>((resolve) => (announce = () => resolve(true)));
    const program = await kubectl.start(["proxy", "--unix-socket", socketPath, "--reject-paths=^$"], (line) => {
      said = line;
      if (line.startsWith("Starting to serve on")) announce();
    });
    const late = AbortSignal.timeout(START_TIMEOUT_MS);
    const tooLate = new Promise<false>((resolve) => late.addEventListener("abort", () => resolve(false)));
    if (await Promise.race([isUp, program.ended.then(() => false), tooLate])) return { program, socketPath };
    await program.stop();
    throw new ApiUnreachable(server, new Error(said));
  }

  async function stop(): Promise<void> {
    const proxy = await running?.catch(() => null);
    await proxy?.program.stop();
    process.off("exit", remove);
    remove();
  }
}

interface Proxy {
  readonly program: RunningProgram;
  readonly socketPath: string;
}
