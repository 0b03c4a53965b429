/** What the API says about a pod: as much of it as the loop reads. https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/ */
export interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly {
      readonly kind: string;
      readonly name: string;
      readonly uid?: string;
      readonly controller?: boolean;
    }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

export interface ContainerStatus {
  readonly name: string;
  readonly image?: string;
  readonly ready?: boolean;
  readonly restartCount?: number;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}

export interface ContainerState {
  readonly running?: { readonly startedAt?: string };
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly terminated?: Terminated;
}

export interface Terminated {
  readonly exitCode: number;
  readonly signal?: number;
  readonly reason?: string;
  readonly message?: string;
}

/** An event about a pod. */
export interface PodEvent {
  readonly reason?: string;
  readonly message?: string;
}

/** The service that a pod belongs to. */
export function serviceOf(pod: Pod): string {
  return pod.metadata.labels?.["app.kubernetes.io/name"] ?? "";
}

export function isReady({ metadata, status }: Pod): boolean {
  return (
    metadata.deletionTimestamp === undefined &&
    (status?.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True") ?? false)
  );
}

export function isRunning({ metadata, status }: Pod): boolean {
  return metadata.deletionTimestamp === undefined && status?.phase === "Running";
}

/** Controller of a pod: `ReplicaSet/core-5d9c`. */
export function ownerOf({ metadata }: Pod): { readonly kind: string; readonly name: string } {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller) ?? metadata.ownerReferences?.[0];
  return { kind: owner?.kind ?? "", name: owner?.name ?? "" };
}

/** What pods of one version of a template have in common; empty where a pod has no controller that makes versions. */
export function revisionHash({ metadata }: Pod): string {
  return metadata.labels?.["pod-template-hash"] ?? metadata.labels?.["controller-revision-hash"] ?? "";
}
