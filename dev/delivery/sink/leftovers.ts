import { connect } from "node:net";
import type { Engine } from "../../build/engine.ts";
import { removeDeadFolders } from "../../../tools/lib/process-folder.ts";
import { SPOOL_PREFIX } from "./blobs.ts";
import { SINK_PATH } from "./registry.ts";

/** Takes away what a session left that was killed: its folder, and its names in the engine. Never throws, never hurries. */
export async function removeLeftovers(engine: Engine): Promise<void> {
  await Promise.allSettled([removeDeadFolders(SPOOL_PREFIX), removeNames(engine)]);
}

/** A name's port says whose it is: where nobody listens, nobody will push. */
async function removeNames(engine: Engine): Promise<void> {
  for (const name of await engine.images.names(`*/${SINK_PATH}/*`)) {
    const port = new RegExp(`^127\\.0\\.0\\.1:(\\d+)/${SINK_PATH}/[0-9a-f]{12}:[0-9a-f]{12}$`).exec(name)?.[1];
    if (port !== undefined && !(await listens(Number(port)))) await engine.images.untag(name);
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
