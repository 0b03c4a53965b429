import type { Containerd } from "./containerd.ts";

/** As it is installed by itself: in the nodes of kind and minikube. */
export const ownContainerd: Containerd = {
  ctr: ["ctr", "-n", "k8s.io"],
  folder: "/var/lib/containerd",
  configPath: "/etc/containerd/config.toml",
};

/**
 * As k3s brings it along, client included.
 * https://docs.k3s.io/advanced#configuring-containerd, https://docs.k3s.io/cli
 */
export const k3sContainerd: Containerd = {
  ctr: ["ctr", "-a", "/run/k3s/containerd/containerd.sock", "-n", "k8s.io"],
  folder: "/var/lib/rancher/k3s/agent/containerd",
  configPath: "/var/lib/rancher/k3s/agent/etc/containerd/config.toml",
};
