import { once } from "node:events";
import type { Server, ServerResponse } from "node:http";

/** The answers of this server that are not completely sent yet, kept up to date. */
export function runningAnswers(server: Server): ReadonlySet<ServerResponse> {
  const running = new Set<ServerResponse>();
  server.on("request", (_request, response) => {
    running.add(response);
    response.once("close", () => running.delete(response));
  });
  return running;
}

/**
 * Takes no new connection, waits for the running answers, then ends all connections. Node alone
 * waits for connections, not for answers: one that never sent a request, or is still sending
 * what was refused already, would hold the end up for a minute.
 */
export async function drain(server: Server, running: ReadonlySet<ServerResponse>): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  await Promise.all([...running].map((response) => once(response, "close")));
  server.closeAllConnections();
  await closed;
}
