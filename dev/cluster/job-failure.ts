import { itemsOf } from "./api/items.ts";
import type { Finding } from "../../tools/lib/errors.ts";
import type { Pod } from "../sources/pod.ts";
import type { KubeApi } from "./api/api.ts";
import { jobFinding } from "./diagnosis/job.ts";
import type { Workload } from "./rollout.ts";

/** Why a job has failed, with the end of what it said. */
export async function jobFailure(api: KubeApi, job: Workload, signal: AbortSignal): Promise<Finding> {
  const { name, namespace = "default" } = job.metadata;
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  const query = { labelSelector: `batch.kubernetes.io/job-name=${name}` };
  const list = await api.request("GET", pods, { query, signal }).catch(() => null);
  const last = itemsOf<Pod>(list?.body)
    .toSorted((a, b) => createdMs(a) - createdMs(b))
    .at(-1);
  if (!last) return jobFinding(job, "");
  const log = await api
    .request("GET", `${pods}/${last.metadata.name}/log`, { query: { tailLines: "40" }, signal })
    .catch(() => null);
  return jobFinding(job, log?.status === 200 && typeof log.body === "string" ? log.body : "");
}

function createdMs({ metadata }: Pod): number {
  return Date.parse(metadata.creationTimestamp ?? "");
}
