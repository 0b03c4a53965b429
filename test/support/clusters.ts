import type { ApiNode, EngineIdentity } from "../../tools/cluster/judge.ts";

/** What a machine with a local cluster shows of it. */
export interface SeenCluster {
  readonly type: string;
  /** Where the facts come from. Only what is recorded was seen by us. */
  readonly source: { readonly recorded: string } | { readonly fromDocumentation: readonly string[] };
  readonly server: string;
  /** As `GET /containers/json` lists them. */
  readonly containers: readonly object[];
  readonly engine: EngineIdentity;
  readonly apiNodes: readonly ApiNode[];
}

const linuxEngine: EngineIdentity = {
  name: "laptop",
  operatingSystem: "Ubuntu 24.04 LTS",
  version: "27.3.1",
  kernelVersion: "6.8.0-45-generic",
};

/** `docker info` of Docker Desktop: https://github.com/docker/for-mac/issues/7402 */
const dockerDesktop: EngineIdentity = {
  name: "docker-desktop",
  operatingSystem: "Docker Desktop",
  version: "27.1.1",
  kernelVersion: "6.10.0-linuxkit",
};

function apiNode(name: string, runtimeVersion: string, kernelVersion: string): ApiNode {
  return { name, runtimeVersion, kernelVersion, machineId: "" };
}

function container(
  name: string,
  labels: Readonly<Record<string, string>>,
  port: number | null,
  address = "172.18.0.2",
): object {
  const ports = port === null ? [] : [{ IP: "127.0.0.1", PrivatePort: 6443, PublicPort: port, Type: "tcp" }];
  return {
    Names: [`/${name}`],
    Labels: labels,
    Ports: ports,
    NetworkSettings: { Networks: { one: { IPAddress: address } } },
  };
}

function kindLabels(cluster: string, role: string): Readonly<Record<string, string>> {
  return { "io.x-k8s.kind.cluster": cluster, "io.x-k8s.kind.role": role };
}

function k3dLabels(role: string): Readonly<Record<string, string>> {
  return { app: "k3d", "k3d.cluster": "dev", "k3d.role": role };
}

function minikubeLabels(): Readonly<Record<string, string>> {
  return {
    "created_by.minikube.sigs.k8s.io": "true",
    "mode.minikube.sigs.k8s.io": "minikube",
    "name.minikube.sigs.k8s.io": "minikube",
    "role.minikube.sigs.k8s.io": "control-plane",
  };
}

const MINIKUBE_SOURCES = [
  "https://github.com/kubernetes/minikube/blob/v1.35.0/pkg/drivers/kic/oci/types.go",
  "https://minikube.sigs.k8s.io/docs/handbook/pushing/",
];

export const SEEN_CLUSTERS: readonly SeenCluster[] = [
  {
    type: "kind",
    source: { recorded: "kind 0.33, Docker 26.1.5 on Debian 12" },
    server: "https://127.0.0.1:33329",
    containers: [container("slipway-control-plane", kindLabels("slipway", "control-plane"), 33329)],
    engine: {
      name: "vm",
      operatingSystem: "Debian GNU/Linux 12 (bookworm)",
      version: "26.1.5+dfsg1",
      kernelVersion: "6.18.44",
    },
    apiNodes: [],
  },
  {
    type: "kind",
    source: {
      fromDocumentation: [
        "https://github.com/kubernetes-sigs/kind/blob/v0.27.0/pkg/cluster/internal/providers/docker/provision.go",
      ],
    },
    server: "https://127.0.0.1:41001",
    containers: [
      container("ha-external-load-balancer", kindLabels("ha", "external-load-balancer"), 41001, "172.18.0.9"),
      container("ha-control-plane", kindLabels("ha", "control-plane"), 41002, "172.18.0.3"),
      container("ha-control-plane2", kindLabels("ha", "control-plane"), 41003, "172.18.0.4"),
      container("ha-worker", kindLabels("ha", "worker"), null, "172.18.0.5"),
    ],
    engine: linuxEngine,
    apiNodes: [],
  },
  {
    type: "docker-desktop-kind",
    source: {
      fromDocumentation: [
        // `kind get kubeconfig --name desktop` finds it, so its containers have kind's labels.
        "https://github.com/docker/docs/issues/22042",
        "https://github.com/docker/for-win/issues/14607",
        "https://docs.docker.com/desktop/features/kubernetes/#cluster-provisioning-method",
      ],
    },
    server: "https://127.0.0.1:55123",
    containers: [
      container("desktop-control-plane", kindLabels("desktop", "control-plane"), 55123),
      container("desktop-worker", kindLabels("desktop", "worker"), null, "172.18.0.3"),
    ],
    engine: dockerDesktop,
    apiNodes: [],
  },
  {
    type: "k3d",
    source: { fromDocumentation: ["https://github.com/k3d-io/k3d/blob/v5.7.4/pkg/types/types.go"] },
    server: "https://0.0.0.0:6550",
    containers: [
      {
        ...container("k3d-dev-serverlb", k3dLabels("loadbalancer"), null),
        Ports: [{ IP: "0.0.0.0", PublicPort: 6550 }],
      },
      container("k3d-dev-server-0", k3dLabels("server"), null, "172.18.0.3"),
      container("k3d-dev-agent-0", k3dLabels("agent"), null, "172.18.0.4"),
      container("k3d-registry", k3dLabels("registry"), 5000, "172.18.0.5"),
    ],
    engine: linuxEngine,
    apiNodes: [],
  },
  {
    type: "minikube",
    source: { fromDocumentation: MINIKUBE_SOURCES },
    server: "https://192.168.49.2:8443",
    containers: [container("minikube", minikubeLabels(), 32771, "192.168.49.2")],
    engine: linuxEngine,
    apiNodes: [apiNode("minikube", "containerd://1.7.24", linuxEngine.kernelVersion)],
  },
  {
    type: "shared-engine",
    source: {
      fromDocumentation: [
        "https://docs.docker.com/desktop/features/kubernetes/",
        "https://github.com/docker/for-mac/issues/7402",
      ],
    },
    server: "https://kubernetes.docker.internal:6443",
    containers: [],
    engine: dockerDesktop,
    apiNodes: [apiNode("docker-desktop", "docker://27.1.1", dockerDesktop.kernelVersion)],
  },
  {
    // minikube's docker-env, where DOCKER_HOST is the engine inside the node.
    type: "shared-engine",
    source: { fromDocumentation: MINIKUBE_SOURCES },
    server: "https://127.0.0.1:32771",
    containers: [],
    engine: {
      name: "minikube",
      operatingSystem: "Ubuntu 22.04.5 LTS (containerized)",
      version: "27.4.1",
      kernelVersion: "6.8.0",
    },
    apiNodes: [apiNode("minikube", "docker://27.4.1", "6.8.0")],
  },
  {
    type: "shared-engine",
    source: {
      fromDocumentation: [
        "https://github.com/abiosoft/colima/issues/957",
        "https://docs.rancherdesktop.io/ui/preferences/container-engine/general/",
        "https://docs.orbstack.dev/kubernetes/",
      ],
    },
    server: "https://127.0.0.1:6443",
    containers: [],
    engine: {
      name: "colima",
      operatingSystem: "Ubuntu 24.04.1 LTS",
      version: "27.4.0",
      kernelVersion: "6.8.0-50-generic",
    },
    apiNodes: [apiNode("colima", "docker://27.4.0", "6.8.0-50-generic")],
  },
  {
    type: "k3s",
    source: { fromDocumentation: ["https://docs.k3s.io/quick-start", "https://docs.k3s.io/advanced"] },
    server: "https://127.0.0.1:6443",
    containers: [],
    engine: linuxEngine,
    apiNodes: [
      {
        name: "laptop",
        runtimeVersion: "containerd://1.7.23-k3s2",
        kernelVersion: linuxEngine.kernelVersion,
        machineId: "4f1c",
      },
    ],
  },
];
