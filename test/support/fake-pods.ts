import { createHash } from "node:crypto";
import { type AddressInfo, type Socket, connect, createServer } from "node:net";
import { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { KubeApi } from "../../dev/cluster/api/api.ts";
import { ApiRefused, ConnectionRefused } from "../../dev/cluster/api/errors.ts";
import type { Pod } from "../../dev/sources/pod.ts";
import { type Pods, podList } from "../../dev/sources/pods.ts";
import type { Revisions } from "../../dev/sources/revisions.ts";
import type { Starts } from "../../dev/sources/starts.ts";

/** Pods whose ports are servers of this process: refusal is told after the connection was opened, as Kubernetes does it. */
export class FakePods {
  readonly pods: Pods;
  readonly api: KubeApi;
  /** Connections to pods that are open now, and how many there were. */
  open = 0;
  opened = 0;
  readonly #watcher = podList();
  readonly #ports = new Map<string, number>();
  readonly #numbers = new Map<string, number>();
  readonly #closing: (() => void)[] = [];

  constructor() {
    this.pods = this.#watcher.pods;
    this.api = { connect: async ({ pod }: { pod: string }) => this.#connect(pod) } as unknown as KubeApi;
  }

  readonly revisions: Revisions = {
    of: ({ metadata }) => this.#numbers.get(metadata.labels?.["pod-template-hash"] ?? "") ?? null,
  };

  /** Programs that do not listen yet, but run. */
  readonly starts: Starts = { has: () => true, toldMs: () => null, next: (timeoutMs) => sleep(timeoutMs) };

  /** Tells of a pod of the service `web`, as it is now. */
  tell(name: string, hash: string, change: Partial<PodFacts> = {}): void {
    this.#watcher.watcher.onEvent("MODIFIED", aPod(name, hash, change));
  }

  forget(name: string): void {
    this.#watcher.watcher.onEvent("DELETED", aPod(name, "", {}));
    this.#ports.delete(name);
  }

  number(hash: string, revision: number): void {
    this.#numbers.set(hash, revision);
  }

  /** From now on the pod's port accepts. */
  async listens(name: string, serve: (socket: Socket) => void): Promise<void> {
    const sockets = new Set<Socket>();
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      sockets.add(socket.on("close", () => sockets.delete(socket)).on("error", () => socket.destroy()));
      serve(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    this.#ports.set(name, (server.address() as AddressInfo).port);
    this.#closing.push(() => {
      server.close();
      for (const socket of sockets) socket.destroy();
    });
  }

  stop(): void {
    for (const close of this.#closing) close();
  }

  #connect(name: string): Duplex {
    if (!this.pods.of("web").some(({ metadata }) => metadata.name === name))
      throw new ApiRefused(404, `no pod ${name}`);
    this.open += 1;
    this.opened += 1;
    const connection = new FakeConnection(this.#ports.get(name) ?? 1);
    return connection.on("close", () => void (this.open -= 1));
  }
}

class FakeConnection extends Duplex {
  readonly #socket: Socket;

  constructor(port: number) {
    super({ allowHalfOpen: true });
    this.#socket = connect({ port, host: "127.0.0.1" })
      .on("data", (chunk) => void (this.push(chunk) || this.#socket.pause()))
      .on("end", () => this.push(null))
      .on("error", (error: NodeJS.ErrnoException) =>
        this.destroy(error.code === "ECONNREFUSED" ? new ConnectionRefused("web", "connection refused") : error),
      );
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _: string, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}

export interface PodFacts {
  readonly createdAt: string;
  readonly isReady: boolean;
  readonly isScheduled: boolean;
  readonly isDeleted: boolean;
  /** Why its container waits. */
  readonly waiting: string;
  readonly instance: string;
  readonly phase: string;
  readonly uid: string;
}

/** A pod of a Deployment's revision `hash`. */
export function aPod(name: string, hash: string, facts: Partial<PodFacts>): Pod {
  const { createdAt = "2026-01-01T00:00:00Z", isReady = false, isScheduled = true, waiting } = facts;
  const condition = (type: string, value: boolean) => ({ type, status: value ? "True" : "False" });
  return {
    metadata: {
      name,
      namespace: "acme",
      uid: facts.uid ?? createHash("sha1").update(name).digest("hex"),
      creationTimestamp: createdAt,
      ...(facts.isDeleted && { deletionTimestamp: createdAt }),
      labels: {
        "app.kubernetes.io/name": "web",
        "app.kubernetes.io/instance": facts.instance ?? "web",
        "pod-template-hash": hash,
      },
    },
    status: {
      phase: facts.phase ?? (isReady ? "Running" : "Pending"),
      conditions: [condition("Ready", isReady), condition("PodScheduled", isScheduled)],
      containerStatuses: [{ name: "web", ...(waiting !== undefined && { state: { waiting: { reason: waiting } } }) }],
    },
  };
}
