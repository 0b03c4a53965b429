import { type Check, ofKind } from "../../check.ts";
import { textAt } from "../../fields.ts";

// https://kubernetes.io/docs/concepts/storage/volumes/: their code left Kubernetes; a CSI driver took each one's place.
const DRIVERS: Readonly<Record<string, string>> = {
  "kubernetes.io/aws-ebs": "ebs.csi.aws.com",
  "kubernetes.io/azure-disk": "disk.csi.azure.com",
  "kubernetes.io/azure-file": "file.csi.azure.com",
  "kubernetes.io/cinder": "cinder.csi.openstack.org",
  "kubernetes.io/gce-pd": "pd.csi.storage.gke.io",
  "kubernetes.io/vsphere-volume": "csi.vsphere.vmware.com",
  "kubernetes.io/portworx-volume": "pxd.portworx.com",
  "kubernetes.io/rbd": "rbd.csi.ceph.com",
  "kubernetes.io/cephfs": "cephfs.csi.ceph.com",
  "kubernetes.io/glusterfs": "a CSI driver of your storage",
};

export const storageProvisioner: Check = {
  code: "STORAGE_PROVISIONER",
  severity: "error",
  title: "storage classes name a CSI driver that exists",
  tags: [],
  run: (subject) =>
    ofKind(subject, "StorageClass").flatMap((object) => {
      const written = textAt(object.object, "provisioner");
      const driver = DRIVERS[written];
      if (driver === undefined) return [];
      const message = `the provisioner ${written} is no longer part of Kubernetes, and knows none of its newer parameters`;
      return [{ object, message, fix: `write ${driver}` }];
    }),
};
