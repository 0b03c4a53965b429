import type { StorageClassModel } from "../../model/cluster.ts";
import { platformLabels } from "../metadata.ts";
import { type Kind, compact } from "../object.ts";

const IS_DEFAULT = { "storageclass.kubernetes.io/is-default-class": "true" };

/** https://kubernetes.io/docs/concepts/storage/storage-classes/ */
export const storageClass: Kind = {
  home: "cluster",
  ofPlatform: ({ storageClasses, platform }) =>
    storageClasses.map((one) => ({
      pointer: one.pointer,
      slug: one.name,
      description: one.description,
      object: {
        apiVersion: "storage.k8s.io/v1",
        kind: "StorageClass",
        metadata: {
          name: one.name,
          labels: platformLabels(platform),
          ...(one.isDefault && { annotations: IS_DEFAULT }),
        },
        ...settings(one),
      },
    })),
};

function settings(one: StorageClassModel): Record<string, unknown> {
  const { provisioner, parameters, reclaimPolicy, volumeBindingMode, allowVolumeExpansion } = one;
  return compact({ provisioner, parameters, reclaimPolicy, volumeBindingMode, allowVolumeExpansion });
}
