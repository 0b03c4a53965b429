import { userError } from "../lib/errors.ts";
import type { Kubectl } from "./kubectl.ts";

/** A way from a free port of this machine to one port of one pod; it ends with the pod. */
export interface Forward {
  /** On 127.0.0.1. */
  readonly localPort: number;
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Ends it and waits until it is gone. */
  stop(): Promise<void>;
}

const SETUP_TIMEOUT_MS = 10_000;

/**
 * One `kubectl port-forward`, on a port of this machine that is free. `target` as kubectl takes it: `pod/name`,
 * `service/name`. Throws a `UserError` when it is not set up within ten seconds.
 */
export async function forwardOnce(
  kubectl: Kubectl,
  namespace: string,
  target: string,
  remotePort: number,
): Promise<Forward> {
  const where = `${namespace} ${target}:${remotePort}`;
  let lastLine = "kubectl said nothing for ten seconds";
  let announce: (localPort: number) => void = () => undefined;
  const announced = new Promise<number>((resolve) => (announce = resolve));
  const program = await kubectl.start(
    ["port-forward", "--namespace", namespace, "--address", "127.0.0.1", target, `:${remotePort}`],
    (line) => {
      lastLine = line;
      const localPort = localPortOf(line);
      if (localPort !== null) announce(localPort);
    },
  );
  const localPort = await firstOf(announced, program.ended);
  if (localPort !== null) return { localPort, ended: program.ended.then(() => undefined), stop: () => program.stop() };
  await program.stop();
  throw userError(
    "FORWARD_FAILED",
    where,
    `no way to ${target}: ${lastLine}`,
    `look whether it runs: kubectl -n ${namespace} get ${target}`,
  );
}

/** `Forwarding from 127.0.0.1:40123 -> 8080` */
function localPortOf(line: string): number | null {
  const port = /^Forwarding from 127\.0\.0\.1:(\d+) -> /.exec(line)?.[1];
  return port === undefined ? null : Number(port);
}

async function firstOf(announced: Promise<number>, ended: Promise<unknown>): Promise<number | null> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<null>((resolve) => (timer = setTimeout(resolve, SETUP_TIMEOUT_MS, null)));
  const outcome = await Promise.race([announced, ended.then(() => null), tooLate]);
  clearTimeout(timer);
  return outcome;
}
