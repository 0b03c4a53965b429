import { spawnSync } from "node:child_process";
import { join } from "node:path";

// Definitions of custom resources that operators bring and that a registry does not: each from its project's Go module,
// in the version that the linters judge by.

export interface Definition {
  readonly kind: string;
  readonly module: string;
  readonly version: string;
  /** In the module. */
  readonly path: string;
}

export const DEFINITIONS: readonly Definition[] = [
  {
    kind: "PrometheusRule",
    module: "github.com/prometheus-operator/prometheus-operator",
    version: "v0.85.0",
    path: "example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml",
  },
  {
    kind: "VolumeSnapshotClass",
    module: "github.com/kubernetes-csi/external-snapshotter/client/v8",
    version: "v8.2.0",
    path: "config/crd/snapshot.storage.k8s.io_volumesnapshotclasses.yaml",
  },
];

/** Where the definition's file is; null where there is no Go, or where its proxy does not give the module. */
export function definitionFile({ module, version, path }: Definition): string | null {
  const { status, stdout } = spawnSync("go", ["mod", "download", "-json", `${module}@${version}`], {
    encoding: "utf8",
  });
  return status === 0 ? join((JSON.parse(stdout) as { Dir: string }).Dir, path) : null;
}
