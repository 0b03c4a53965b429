import { isSameEngine } from "../../tools/cluster/judge.ts";
import type { Engine } from "../build/engine.ts";
import type { ClusterType } from "./cluster-type.ts";

/**
 * Pods run in the engine that builds the images: Docker Desktop's kubeadm mode, minikube's docker-env, and Colima, Rancher
 * Desktop and OrbStack with Docker as their runtime. Nothing is copied: the image only gets its second name.
 * https://docs.docker.com/desktop/features/kubernetes/, https://minikube.sigs.k8s.io/docs/handbook/pushing/#1-pushing-directly-to-the-in-cluster-docker-daemon-docker-env
 */
export const sharedEngine: ClusterType = {
  id: "shared-engine",
  matches: ({ apiNodes, engine }) =>
    engine !== null && apiNodes.length > 0 && apiNodes.every((node) => isSameEngine(node, engine)),
  delivery: (_cluster, engine) => ({
    deliver: async ({ tag, image }, signal) => {
      await name(await engine(), tag, image.reference);
      signal.throwIfAborted();
      return true;
    },
    close: () => Promise.resolve(),
  }),
};

async function name(engine: Engine, tag: string, reference: string): Promise<void> {
  if (tag !== reference) await engine.images.tag(tag, reference);
}
