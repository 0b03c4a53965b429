import { type Server, type Socket, connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Kubectl } from "../../tools/cluster/kubectl.ts";
import { type Forward, forwardOnce } from "../../tools/cluster/port-forward.ts";
import { type Finding, UserError } from "../../tools/lib/errors.ts";
import type { PortForward, ServiceTarget } from "../core/target.ts";
import { type Pods, newestPod } from "../sources/pods.ts";

/** Ports of this machine that lead to pods. They stay bound while pods come and go. */
export interface Forwards {
  /** Binds what is declared and not bound yet, and closes what is no longer declared. Throws a `UserError` with every port that is taken. */
  bind(services: readonly ServiceTarget[]): Promise<void>;
  close(): Promise<void>;
}

/** How long a connection waits for a pod. */
const PATIENCE_MS = 10_000;

export function portForwards(kubectl: Kubectl, pods: () => Pods): Forwards {
  const listeners = new Map<string, Listener>();
  return {
    async bind(services) {
      const wanted = new Map(
        services.flatMap((service) =>
          service.forwards.map((forward) => [idOf(service, forward), { service, forward }] as const),
        ),
      );
      for (const [id, listener] of listeners) if (!wanted.has(id)) await closeOne(id, listener);
      const missing = [...wanted].filter(([id]) => !listeners.has(id));
      const problems = await Promise.all(missing.map(([id, { service, forward }]) => open(id, service, forward)));
      const findings = problems.flatMap((finding) => finding ?? []);
      if (findings.length > 0) throw new UserError(findings);
    },
    close: async () => void (await Promise.all([...listeners].map(([id, listener]) => closeOne(id, listener)))),
  };

  async function open(id: string, service: ServiceTarget, forward: PortForward): Promise<Finding | null> {
    const backend = newBackend(kubectl, pods, service, forward.containerPort);
    const listener = await listen(forward.localPort, backend);
    if (listener === null) return portTaken(service, forward);
    listeners.set(id, listener);
    return null;
  }

  async function closeOne(id: string, listener: Listener): Promise<void> {
    listeners.delete(id);
    await listener.close();
  }
}

function idOf(service: ServiceTarget, { containerPort, localPort }: PortForward): string {
  return `${localPort} ${service.namespace}/${service.name}:${containerPort}`;
}

function portTaken({ name }: ServiceTarget, { port, localPort }: PortForward): Finding {
  const message = `port ${localPort} of this machine is taken, and ${name} is to be reached through it (port ${port})`;
  return {
    code: "PORT_TAKEN",
    severity: "error",
    where: `localhost:${localPort}`,
    message,
    fix: `stop what listens there (lsof -i :${localPort}), or change services.${name}.develop.portForward`,
  };
}

interface Listener {
  close(): Promise<void>;
}

/** Null when the port is taken. */
async function listen(port: number, backend: Backend): Promise<Listener | null> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => socket.destroy());
    void join(socket, backend);
  });
  const isBound = await new Promise<boolean>((resolve) =>
    server.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true)),
  );
  if (!isBound) return null;
  return { close: async () => void (await Promise.all([closed(server, sockets), backend.stop()])) };
}

function closed(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  return new Promise((resolve) => server.close(() => resolve()));
}

/** Client and pod, both ways, until one of them ends. */
async function join(client: Socket, backend: Backend): Promise<void> {
  const port = await backend.port();
  if (port === null || client.destroyed) return void client.destroy();
  const pod = connect({ port, host: "127.0.0.1" });
  pod.on("error", () => client.destroy()).on("close", () => client.destroy());
  client.on("close", () => pod.destroy());
  client.pipe(pod).pipe(client);
}

interface Backend {
  /** A local port behind which the newest pod is; null when there is none within the time that a connection waits. */
  port(): Promise<number | null>;
  stop(): Promise<void>;
}

/** One `kubectl port-forward` to the newest pod: started at the first connection, and again whenever that pod is another one. */
function newBackend(
  kubectl: Kubectl,
  pods: () => Pods,
  { name, namespace }: ServiceTarget,
  containerPort: number,
): Backend {
  let current: { readonly pod: string; readonly forward: Promise<Forward | null> } | null = null;
  let isStopped = false;
  return { port, stop };

  async function port(): Promise<number | null> {
    for (const endMs = Date.now() + PATIENCE_MS; Date.now() < endMs && !isStopped; await sleep(50)) {
      const forward = await toNewest();
      if (forward) return forward.localPort;
    }
    return null;
  }

  function toNewest(): Promise<Forward | null> {
    const pod = newestPod(pods().of(name))?.metadata.name;
    if (pod === undefined) return Promise.resolve(null);
    if (current?.pod !== pod) {
      void stopForward(current?.forward);
      const forward = forwardOnce(kubectl, namespace, `pod/${pod}`, containerPort).catch(() => null);
      const mine = (current = { pod, forward });
      // A pod that refuses a connection ends kubectl: the next connection starts another one.
      void forward.then((found) => found?.ended).then(() => void (current === mine && (current = null)));
    }
    return current.forward;
  }

  async function stop(): Promise<void> {
    isStopped = true;
    await stopForward(current?.forward);
  }
}

async function stopForward(forward: Promise<Forward | null> | undefined): Promise<void> {
  await (await forward)?.stop();
}
