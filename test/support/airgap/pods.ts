import type { Enclave } from "./enclave.ts";

export interface Pod {
  readonly metadata: {
    readonly namespace: string;
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly status: {
    readonly phase: string;
    readonly podIP: string;
    readonly containerStatuses: readonly ContainerStatus[];
  };
}

interface ContainerStatus {
  readonly ready: boolean;
  readonly image: string;
  /** Repository and digest, as they were pulled. */
  readonly imageID: string;
}

/** Every pod of a platform, in whatever namespace. */
export async function podsOf({ kubectl }: Enclave, platform: string): Promise<readonly Pod[]> {
  const selector = `app.kubernetes.io/part-of=${platform}`;
  const text = await kubectl(["get", "pods", "--all-namespaces", "--selector", selector, "-o", "json"]);
  return (JSON.parse(text) as { readonly items: readonly Pod[] }).items;
}

export function serviceOf({ metadata }: Pod): string {
  return metadata.labels["app.kubernetes.io/name"] ?? "";
}

/** Ready, or, of a job, done. */
export function isWell({ status: { phase, containerStatuses } }: Pod): boolean {
  return phase === "Succeeded" || (phase === "Running" && containerStatuses.every(({ ready }) => ready));
}

/** What the first few that are not well say, for whoever has to find out why. */
export async function complaints({ kubectl }: Enclave, pods: readonly Pod[]): Promise<string> {
  const unwell = pods.filter((pod) => !isWell(pod));
  const said = unwell.slice(0, MOST).map(async ({ metadata: { namespace, name }, status: { phase } }) => {
    const logs = await kubectl(["logs", "-n", namespace, name, "--all-containers", "--tail=5"]).catch(String);
    const events = await kubectl(["events", "-n", namespace, `--for=pod/${name}`, "--types=Warning"]).catch(String);
    return [`${name}: ${phase}`, logs, events.split("\n").slice(-3).join("\n")].join("\n");
  });
  return [`${unwell.length} pods are not well`, ...(await Promise.all(said))].join("\n\n");
}

const MOST = 5;
