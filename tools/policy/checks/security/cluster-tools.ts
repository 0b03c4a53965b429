import { parseImage } from "../../../model/image.ts";
import type { Check } from "../../check.ts";
import { perContainer } from "../../pods.ts";

const TOOLS = /(^|\/)(tiller|kubernetes-dashboard(-\w+)?|dashboard-(api|web)|git-sync)$/;

/** A check of names: what these programs may do is why they are known. */
export const clusterTools: Check = {
  code: "CLUSTER_TOOLS",
  severity: "error",
  title: "no pod brings Tiller, the dashboard or git-sync along",
  tags: [
    "checkov/CKV_K8S_33",
    "checkov/CKV_K8S_34",
    "checkov/CKV_K8S_44",
    "checkov/CKV_K8S_45",
    "checkov/CKV_K8S_159",
    "trivy/KSV-0102",
    "kubescape/C-0014",
    "kyverno/disallow-helm-tiller",
    "airgap/AG07",
  ],
  run: (subject) =>
    perContainer(subject, ({ image }) => [
      TOOLS.test(parseImage(image).name) && {
        message: `${image} rules over the cluster, or fetches what runs in it`,
        fix: "leave it out; what git-sync would fetch belongs into the image",
      },
    ]),
};
