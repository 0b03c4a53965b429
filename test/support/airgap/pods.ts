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
