import { type Server, type Socket, createServer } from "node:net";
import { isNodeError } from "../../tools/lib/errors.ts";

/** A port of this machine, on both of the addresses that `localhost` stands for. */
export interface Listener {
  /** False where something else has the port of ::1. Browsers try that address first. */
  readonly hasIpv6: boolean;
  /** Ends all connections too. */
  close(): Promise<void>;
}

/** Why a port cannot be had: something else has it, or it is one of those that only root may have. */
export type Refusal = "taken" | "forbidden";

/** `accept` gets each connection; it may be half open. */
export async function listen(port: number, accept: (socket: Socket) => void): Promise<Listener | Refusal> {
  const sockets = new Set<Socket>();
  const onSocket = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    // Small answers are not to wait for more.
    accept(socket.setNoDelay(true));
  };
  const ipv4 = await bound(port, "127.0.0.1", onSocket);
  if (typeof ipv4 === "string") return ipv4 === "forbidden" ? "forbidden" : "taken";
  const ipv6 = await bound(port, "::1", onSocket);
  const servers = [ipv4, ...(typeof ipv6 === "string" ? [] : [ipv6])];
  return {
    hasIpv6: ipv6 !== "taken",
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all(servers.map(closed));
    },
  };
}

/** A machine without IPv6 misses nothing. */
function bound(port: number, host: string, accept: (socket: Socket) => void): Promise<Server | Refusal | "none"> {
  const server = createServer({ allowHalfOpen: true }, accept);
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      const code = isNodeError(error) ? error.code : undefined;
      if (code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT") resolve("none");
      else if (code === "EADDRINUSE") resolve("taken");
      else if (code === "EACCES") resolve("forbidden");
      else reject(error);
    });
    server.listen({ port, host, ipv6Only: true }, () => resolve(server));
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
