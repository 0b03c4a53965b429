import { readdir, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine } from "../../build/engine.ts";
import { isNodeError } from "../../../tools/lib/errors.ts";
import { SPOOL_PREFIX } from "./blobs.ts";
import { SINK_PATH } from "./registry.ts";

/** Takes away what a session left that was killed: its folder, and its names in the engine. Never throws, never hurries. */
export async function removeLeftovers(engine: Engine): Promise<void> {
  await Promise.allSettled([removeFolders(), removeNames(engine)]);
}

async function removeFolders(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = new RegExp(`^${SPOOL_PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
}

/** A name's port says whose it is: where nobody listens, nobody will push. */
async function removeNames(engine: Engine): Promise<void> {
  for (const name of await engine.images.names(`*/${SINK_PATH}/*`)) {
    const port = new RegExp(`^127\\.0\\.0\\.1:(\\d+)/${SINK_PATH}/[0-9a-f]{12}:[0-9a-f]{12}$`).exec(name)?.[1];
    if (port !== undefined && !(await listens(Number(port)))) await engine.images.untag(name);
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Another user's is running as well.
    return isNodeError(error) && error.code === "EPERM";
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const end = (answer: boolean) => (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", end(true)).once("error", end(false)).setTimeout(1000, end(true));
  });
}
