import { count } from "../../tools/lib/text.ts";
import type { KubeApi } from "../cluster/api/api.ts";
import { type Workload, WORKLOAD_KINDS, rolloutOf } from "../cluster/rollout.ts";
import type { ServiceTarget, Target } from "../core/target.ts";
import { selectorOf } from "../sources/pods.ts";
import type { DevCommand, Invocation } from "./command.ts";
import { withCluster } from "./open.ts";

/** What runs of one workload. */
export interface Row {
  readonly service: string;
  readonly kind: string;
  readonly state: "ready" | "waiting" | "failed" | "absent";
  readonly replicas: string;
  readonly images: readonly string[];
  readonly ports: readonly string[];
}

export const status: DevCommand = {
  name: "status",
  usage: "",
  summary: "what runs of the platform, from the cluster; exit code 1 when not everything is Ready",
  run: (invocation) =>
    withCluster(invocation, async ({ read, api }) => {
      const workloads = await workloadsOf(api, read.inputs.registry.name);
      const rows = rowsOf(withWorkload(read.target), workloads);
      print(invocation, rows);
      return rows.every(({ state }) => state === "ready") ? 0 : 1;
    }),
};

/** What runs elsewhere has nothing here that could be Ready. */
function withWorkload({ services, draw }: Target): readonly ServiceTarget[] {
  return services.filter(({ name }) => draw(name, new Map()).objects.some(({ kind }) => WORKLOAD_KINDS.includes(kind)));
}

type Listed = Workload & {
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly template?: { readonly spec?: { readonly containers?: readonly { readonly image: string }[] } };
  };
};

/** Every workload that carries the platform's labels. */
async function workloadsOf(api: KubeApi, platform: string): Promise<readonly Listed[]> {
  const lists = WORKLOAD_KINDS.map(async (kind) => {
    const apiVersion = kind === "Job" ? "batch/v1" : "apps/v1";
    const path = await api.pathOf({ apiVersion, kind, namespace: null, name: null });
    if (path === null) return [];
    const { status: code, body } = await api.request("GET", path, { query: { labelSelector: selectorOf(platform) } });
    if (code !== 200) return [];
    return (body as { readonly items: readonly Listed[] }).items.map((item) => ({ ...item, kind }));
  });
  return (await Promise.all(lists)).flat();
}

/** One row per workload, in start order; what should be there and is not has a row too. Pure. */
export function rowsOf(services: readonly ServiceTarget[], workloads: readonly Listed[]): Row[] {
  return services.flatMap((service): Row[] => {
    const own = workloads.filter(({ metadata }) => metadata.labels?.["app.kubernetes.io/name"] === service.name);
    const ports = service.forwards.map(({ localPort }) => `localhost:${localPort}`);
    if (own.length === 0)
      return [{ service: service.name, kind: "", state: "absent", replicas: "", images: [], ports }];
    return own.map((workload) => ({
      service: service.name,
      kind: workload.kind,
      state: rolloutOf(workload).state,
      replicas: replicasOf(workload),
      images: (workload.spec.template?.spec?.containers ?? []).map(({ image }) => image),
      ports,
    }));
  });
}

function replicasOf({ kind, spec, status: now = {} }: Workload): string {
  if (kind === "Job") return "";
  if (kind === "DaemonSet") return `${now.numberAvailable ?? 0}/${now.desiredNumberScheduled ?? 0}`;
  return `${now.readyReplicas ?? 0}/${spec.replicas ?? 1}`;
}

const WORDS = { ready: "ready", waiting: "not ready", failed: "failed", absent: "not there" } as const;

function print({ isJson, print: say, paint }: Invocation, rows: readonly Row[]): void {
  if (isJson) return say(`${JSON.stringify(rows)}\n`);
  const width = Math.max(0, ...rows.map(({ service }) => service.length));
  for (const { service, kind, state, replicas, images, ports } of rows) {
    const word = paint(state === "ready" ? "green" : state === "waiting" ? "yellow" : "red", WORDS[state].padEnd(9));
    const rest = [images.join(", "), ...ports].filter(Boolean).join("  ");
    say(
      `${[paint("bold", service.padEnd(width)), word, replicas.padStart(5), kind.padEnd(11), paint("dim", rest)].join("  ").trimEnd()}\n`,
    );
  }
  const ready = rows.filter(({ state }) => state === "ready").length;
  say(`${paint("bold", "slipway")}  ${ready} of ${count(rows.length, "workload")} ready\n`);
}
