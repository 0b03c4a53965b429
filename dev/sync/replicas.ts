import { SUPERVISOR } from "../../tools/model/develop.ts";
import type { ContainerRef } from "../cluster/api/api.ts";
import { type Pod, serviceOf } from "../sources/pod.ts";

/** As much of a pod's spec as copying needs. */
interface PodSpec {
  readonly nodeName?: string;
  readonly containers: readonly {
    readonly name: string;
    readonly image: string;
    readonly command?: readonly string[];
    readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  }[];
}

/** One running container of a service: another one after each restart. */
export interface Replica extends ContainerRef {
  readonly service: string;
  /** As the container runtime knows it. */
  readonly containerId: string;
  readonly node: string;
  /** Reference of the image. */
  readonly image: string;
  /** A shell that starts its program again when it is told to. */
  readonly isSupervised: boolean;
  /** Folders of volumes: what is copied there outlives the container. */
  readonly mounts: readonly string[];
}

/** The containers that serve: each pod's first. Jobs' pods serve nothing, and what is about to go needs nothing. */
export function replicasOf(pods: readonly Pod[]): Replica[] {
  return pods.filter(isServing).flatMap((pod) => {
    const container = specOf(pod)?.containers[0];
    const status = pod.status?.containerStatuses?.find(({ name }) => name === container?.name);
    const id = (status as { readonly containerID?: string } | undefined)?.containerID;
    if (!container || !status?.state?.running || id === undefined) return [];
    return [
      {
        service: serviceOf(pod),
        namespace: pod.metadata.namespace ?? "default",
        pod: pod.metadata.name,
        container: container.name,
        containerId: id.replace(/^[a-z]+:\/\//, ""),
        node: specOf(pod)?.nodeName ?? "",
        image: container.image,
        isSupervised: container.command?.includes(SUPERVISOR) ?? false,
        mounts: (container.volumeMounts ?? []).map(({ mountPath }) => mountPath),
      },
    ];
  });
}

/** Pods of an image that end again and again, so that nothing can be copied into them; null: of any image. */
export function crashing(pods: readonly Pod[], image: string | null): Pod[] {
  return pods.filter(isServing).filter((pod) => {
    const container = specOf(pod)?.containers[0];
    const state = pod.status?.containerStatuses?.find(({ name }) => name === container?.name)?.state;
    return (image === null || container?.image === image) && state?.waiting?.reason === "CrashLoopBackOff";
  });
}

function isServing(pod: Pod): boolean {
  const { deletionTimestamp, labels } = pod.metadata;
  return deletionTimestamp === undefined && labels?.["app.kubernetes.io/instance"] === serviceOf(pod);
}

function specOf(pod: Pod): PodSpec | undefined {
  return (pod as unknown as { readonly spec?: PodSpec }).spec;
}
