import type { Duplex, Readable, Writable } from "node:stream";

/** The API server of the locked cluster, over connections that are kept open. Nothing here starts a program. */
export interface KubeApi {
  /**
   * One request; the API's refusal is an answer like any other. All but POST are sent again when a kept connection has just been closed. Rejects when there is no answer (`ApiUnreachable`), or
   * when the signal is aborted. `path` from the root, `/api/v1/namespaces/default/pods`.
   */
  request(method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE", path: string, options?: ApiRequest): Promise<ApiAnswer>;
  /** Path of an object, or of its kind's collection where `name` is null. Asks the API once for each group version. Null: no such kind there. */
  pathOf(object: ObjectRef): Promise<string | null>;
  /**
   * Lists and then watches a collection until the signal is aborted; resumes where it was, and lists again when the API
   * has forgotten. `onList` precedes the objects of each list, of which those that are not among them are gone.
   */
  watch(path: string, query: Readonly<Record<string, string>>, watcher: Watcher, signal: AbortSignal): Promise<void>;
  /**
   * Lines of a text as they come, such as a log that is followed: resolves when the API has sent all of them, or the
   * connection broke. Rejects with `ApiRefused`, with `ApiUnreachable` when there is no answer, or when the signal is aborted.
   */
  lines(
    path: string,
    query: Readonly<Record<string, string>>,
    onLine: (line: string) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /**
   * Runs a program in a container. Ends with the signal. Rejects with `ApiRefused` when there is no such container. Read
   * both outputs: a megabyte that nobody reads holds up the other one. Ending stdin reaches the program from Kubernetes 1.30 on.
   */
  exec(target: ContainerRef, command: readonly string[], signal: AbortSignal): Promise<ApiExec>;
  /**
   * A connection to a port of a pod. Rejects when the pod is gone (`ApiRefused`). Kubernetes tells only of failure, and
   * a moment later: where nothing listens the connection, once opened, fails with `ConnectionRefused`, and what was
   * written has reached nobody. It knows no half-closed connections: what ends writing goes on reading, and the pod hears nothing of it.
   */
  connect(pod: PodRef, port: number, signal: AbortSignal): Promise<Duplex>;
  /** Ends the connections that are kept open, and the `kubectl proxy` where there is one. */
  close(): Promise<void>;
}

export interface ApiRequest {
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** `application/json` by default; `application/apply-patch+yaml` takes JSON too. */
  readonly contentType?: string;
  /** `application/json` by default; with `;as=PartialObjectMetadata;g=meta.k8s.io;v=v1` the API sends metadata and nothing else. */
  readonly accept?: string;
  readonly signal?: AbortSignal;
}

export interface ApiAnswer {
  readonly status: number;
  /** Parsed JSON; text of what is none, such as a log. */
  readonly body: unknown;
  readonly warnings: readonly string[];
}

export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | null;
  readonly name: string | null;
}

export interface Watcher {
  onList(): void;
  onEvent(type: "ADDED" | "MODIFIED" | "DELETED", object: unknown): void;
}

export interface PodRef {
  readonly namespace: string;
  readonly pod: string;
}

export interface ContainerRef extends PodRef {
  readonly container: string;
}

export interface ApiExec {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Exit code; rejects when the program could not be started, or the connection broke before there was one. */
  readonly ended: Promise<number>;
}
