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
import { type Reach, watchReach } from "./reach.ts";
import { ask } from "./request.ts";
import { type Transport, directTransport } from "./transport.ts";
import { watchCollection } from "./watch.ts";

/** How long the API may think about its own version. */
const ANSWER_MS = 2000;
const NO_ANSWER = new Error(`no answer within ${ANSWER_MS / 1000} s`);

export interface ApiOptions {
  /** Called once when neither a request nor a watch reaches the API any more, with the reason; and once, with null, when one does again. */
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
  const reach = watchReach(
    () => whatIsWrong(transport),
    (error) => onReach?.(error),
  );
  const request: KubeApi["request"] = async (method, path, options) => {
    const answer = await ask(transport, method, path, options).catch((error: unknown) => missed(reach, error));
    reach.heard(null);
    return answer;
  };
  return {
    request,
    pathOf: discovery((path) => request("GET", path)),
    watch: (path, query, watcher, signal) => watchCollection(transport, path, query, watcher, signal, reach.heard),
    lines: (path, query, onLine, signal) => followLines(transport, path, query, onLine, signal),
    exec: (target, command, signal) => execIn(transport, target, command, signal),
    connect: (pod, port, signal) => connectToPort(transport, pod, port, signal),
    close() {
      reach.close();
      return transport.close();
    },
  };
}

/** What keeps the API from saying which version it is, which it says to everybody. */
function whatIsWrong(transport: Transport): Promise<ApiUnreachable | null> {
  const signal = AbortSignal.timeout(ANSWER_MS);
  return ask(transport, "GET", "/version", { signal }).then(
    () => null,
    (error: unknown) => (error instanceof ApiUnreachable ? error : new ApiUnreachable(transport.server, NO_ANSWER)),
  );
}

function missed(reach: Reach, error: unknown): never {
  if (error instanceof ApiUnreachable) reach.heard(error);
  throw error;
}
