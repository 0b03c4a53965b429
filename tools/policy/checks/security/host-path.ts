import type { Check } from "../../check.ts";
import { objectsAt, textAt } from "../../fields.ts";
import { perPod } from "../../pods.ts";

const SOCKET = /(docker|containerd|crio|cri-dockerd)\.sock/;

export const hostPath: Check = {
  code: "HOST_PATH",
  severity: "error",
  title: "no pod mounts files of the node, least of all the container runtime's socket",
  tags: [
    "kube-linter/docker-sock",
    "kube-linter/sensitive-host-mounts",
    "kube-linter/writable-host-mount",
    "polaris/hostPathSet",
    "checkov/CKV_K8S_27",
    "trivy/KSV-0006",
    "trivy/KSV-0023",
    "trivy/KSV-0121",
    "kubescape/C-0045",
    "kubescape/C-0048",
    "kubescape/C-0074",
    "kubescape/C-0203",
    "pss/baseline/hostPathVolumes",
    "cis/5.2.11",
    "kyverno/disallow-host-path",
    "kyverno/disallow-cri-sock-mount",
    "airgap/AG11",
  ],
  run: (subject) =>
    perPod(subject, ({ spec }) =>
      objectsAt(spec, "volumes")
        .filter((volume) => "hostPath" in volume)
        .map((volume) => {
          const path = textAt(volume, "hostPath", "path");
          return {
            message: SOCKET.test(path)
              ? `the volume ${textAt(volume, "name")} is ${path}: whoever has it is root on the node`
              : `the volume ${textAt(volume, "name")} is the folder ${path} of the node`,
            fix: "use a claim, or an emptyDir for what need not last",
          };
        }),
    ),
};
