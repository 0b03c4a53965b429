import { readFile } from "node:fs/promises";
import type { LockedCluster } from "../../../tools/cluster/context-lock.ts";
import type { KubeApi } from "./api.ts";
import { followLines } from "./lines.ts";
import { discovery } from "./discovery.ts";
import { ApiUnreachable } from "./errors.ts";
import { execIn } from "./exec.ts";
import { credentialsOf } from "./kubeconfig.ts";
import { proxyTransport } from "./kubectl-proxy.ts";
import { connectToPort } from "./port-connection.ts";
import { ask } from "./request.ts";
import { directTransport } from "./transport.ts";
import { watchCollection } from "./watch.ts";

export interface ApiOptions {
  /** Called once when no watch reaches the API any more, with the reason; and once, with null, when one does again. */
  readonly onReach?: (error: ApiUnreachable | null) => void;
}

/**
 * The API of the locked cluster, with the credentials of its frozen kubeconfig: no other file is read, so nothing can
 * lead it elsewhere. Opens no connection before the first request.
 */
export async function connectApi(cluster: LockedCluster, { onReach }: ApiOptions = {}): Promise<KubeApi> {
  const { kubeconfigPath } = cluster;
  const credentials = credentialsOf(kubeconfigPath, await readFile(kubeconfigPath, "utf8"));
  const transport = credentials ? directTransport(credentials) : await proxyTransport(cluster);
  let isAway = false;
  const reached = (error: ApiUnreachable | null): void => {
    if (isAway === (error !== null)) return;
    isAway = error !== null;
    onReach?.(error);
  };
  return {
    request: (method, path, options) => ask(transport, method, path, options),
    pathOf: discovery((path) => ask(transport, "GET", path)),
    watch: (path, query, watcher, signal) => watchCollection(transport, path, query, watcher, signal, reached),
    lines: (path, query, onLine, signal) => followLines(transport, path, query, onLine, signal),
    exec: (target, command, signal) => execIn(transport, target, command, signal),
    connect: (pod, port, signal) => connectToPort(transport, pod, port, signal),
    close: () => transport.close(),
  };
}
