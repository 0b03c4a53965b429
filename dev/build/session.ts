import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import type { MethodDefinition, Server, ServerDuplexStream } from "@grpc/grpc-js";
import type Docker from "dockerode";

export type ByteStream = ServerDuplexStream<Buffer, Buffer>;

/** What BuildKit may call while it builds: full name of a gRPC method → how it is answered. Messages are bytes. */
export interface Callbacks {
  /** One message for one. Null: there is no such thing. */
  readonly answers: Readonly<Record<string, (request: Buffer) => Buffer | null>>;
  readonly streams: Readonly<Record<string, (stream: ByteStream) => void>>;
}

export interface BuildSession {
  readonly id: string;
  close(): void;
}

const NOT_FOUND = 5;

/**
 * A connection over which BuildKit fetches what it needs from the machine of whoever builds: sources, secrets, agents,
 * credentials. Dockerode has one of its own, which knows of credentials only and stays open when a build is aborted.
 * https://github.com/moby/buildkit/blob/master/docs/dev/request-lifecycle.md
 */
export async function openSession(docker: Docker, callbacks: Callbacks, sharedKey: string): Promise<BuildSession> {
  // With dockerode, which needs it too: nothing is loaded that is not there.
  const { Server, ServerCredentials } = await import("@grpc/grpc-js");
  const id = randomUUID();
  const socket = await connect(docker, id, Object.keys({ ...callbacks.answers, ...callbacks.streams }), sharedKey);
  const server = new Server({ "grpc.max_receive_message_length": -1 });
  for (const [path, answer] of Object.entries(callbacks.answers)) addAnswer(server, path, answer);
  for (const [path, serve] of Object.entries(callbacks.streams))
    server.addService({ call: method(path, true) }, { call: serve });
  server.createConnectionInjector(ServerCredentials.createInsecure()).injectConnection(socket);
  return { id, close: () => (server.forceShutdown(), void socket.destroy()) };
}

function addAnswer(server: Server, path: string, answer: (request: Buffer) => Buffer | null): void {
  server.addService(
    { call: method(path, false) },
    {
      call: (call: { readonly request: Buffer }, done: (error: object | null, response?: Buffer) => void) => {
        const response = answer(call.request);
        if (response) done(null, response);
        else done({ code: NOT_FOUND, details: "not found" });
      },
    },
  );
}

function method(path: string, isStream: boolean): MethodDefinition<Buffer, Buffer> {
  const same = (bytes: Buffer): Buffer => bytes;
  return {
    path,
    requestStream: isStream,
    responseStream: isStream,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  };
}

/** https://docs.docker.com/reference/api/engine/version/v1.45/#tag/Session */
function connect(docker: Docker, id: string, methods: readonly string[], sharedKey: string): Promise<Socket> {
  const request = {
    method: "POST",
    path: "/session",
    hijack: true,
    headers: {
      Upgrade: "h2c",
      "X-Docker-Expose-Session-Uuid": id,
      "X-Docker-Expose-Session-Name": "slipway",
      // Under this name BuildKit keeps what it was sent, to be sent only what is different the next time.
      "X-Docker-Expose-Session-Sharedkey": sharedKey,
      "X-Docker-Expose-Session-Grpc-Method": [...methods],
    },
    statusCodes: { 200: true, 500: "server error" },
  };
  return new Promise((resolve, reject) =>
    docker.modem.dial(request, (error, socket) =>
      socket ? resolve(socket as Socket) : reject(error ?? new Error("the engine opens no session")),
    ),
  );
}
