import { writeFileSync } from "node:fs";
import { docker, freePort } from "../services/docker.ts";
import { kubectl, provenCluster } from "./cluster.ts";

/** A second way to the test cluster's API, which can be closed: what it takes to be without the API and harm nobody. */
export interface ApiGateway {
  /** A kubeconfig whose only context leads through it. */
  readonly kubeconfig: string;
  close(): Promise<void>;
  open(): Promise<void>;
  /** Connections stay open, and nothing is answered any more. */
  freeze(): Promise<void>;
  remove(): Promise<void>;
}

const PROXY = `require("net").createServer((c) => {
  const s = require("net").connect(6443, process.argv[1]);
  for (const [a, b] of [[c, s], [s, c]]) a.on("error", () => b.destroy()).on("close", () => b.destroy()).pipe(b);
}).listen(6443)`;

/** A container before the control plane, with the labels of the load balancer that kind itself places there. */
export async function apiGateway(name: string, kubeconfig: string): Promise<ApiGateway> {
  const cluster = await provenCluster();
  const node = cluster.nodes[0]?.name ?? "";
  await cluster.release();
  const port = await freePort();
  const labels = [`io.x-k8s.kind.cluster=${cluster.kindCluster}`, "io.x-k8s.kind.role=external-load-balancer"];
  const where = ["--name", name, "--network", "kind", "--publish", `127.0.0.1:${port}:6443`];
  const labelled = labels.flatMap((label) => ["--label", label]);
  await docker("run", "--detach", ...where, ...labelled, "node:22-slim", "node", "-e", PROXY, node);
  const text = kubectl(["config", "view", "--minify", "--flatten", "--raw"]);
  writeFileSync(kubeconfig, text.replace(/server: .*/, `server: https://127.0.0.1:${port}`), { mode: 0o600 });
  return {
    kubeconfig,
    close: async () => void (await docker("kill", name)),
    open: async () => void (await docker("start", name)),
    freeze: async () => void (await docker("pause", name)),
    remove: async () => void (await docker("rm", "--force", name)),
  };
}
