import type { Kubectl } from "../../tools/cluster/kubectl.ts";
import type { KubeObject } from "../../tools/render/object.ts";

/**
 * Deletes the Jobs of a service's former versions, running ones too: a migration of an old image must not go on beside
 * the new one, and each save would leave another. Best effort: what is left over does no harm but take its place.
 */
export async function deleteSuperseded(
  kubectl: Kubectl,
  service: string,
  objects: readonly KubeObject[],
  signal: AbortSignal,
): Promise<void> {
  const args = supersededArgs(service, objects);
  if (args) await kubectl.run(args, { signal });
}

/** The kubectl call, or null for a service without jobs. */
export function supersededArgs(service: string, objects: readonly KubeObject[]): readonly string[] | null {
  const jobs = objects.filter(({ kind }) => kind === "Job");
  const [first] = jobs;
  if (!first) return null;
  const platform = first.metadata.labels?.["app.kubernetes.io/part-of"] ?? "";
  const selector = [
    "app.kubernetes.io/managed-by=slipway",
    `app.kubernetes.io/part-of=${platform}`,
    `app.kubernetes.io/name=${service}`,
  ];
  return [
    "delete",
    "jobs",
    "--namespace",
    first.metadata.namespace ?? "",
    "--selector",
    selector.join(","),
    "--field-selector",
    jobs.map(({ metadata }) => `metadata.name!=${metadata.name}`).join(","),
    "--wait=false",
    "--ignore-not-found",
  ];
}
