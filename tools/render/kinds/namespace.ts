import { sortKeys } from "../../lib/merge.ts";
import { platformLabels, previewLabels } from "../metadata.ts";
import { type Kind, compact } from "../object.ts";

/** https://kubernetes.io/docs/concepts/security/pod-security-admission/ */
export const namespace: Kind = {
  home: "overlay",
  ofNamespace: (model, platform) => {
    const security = Object.fromEntries(
      ["enforce", "audit", "warn"].map((mode) => [`pod-security.kubernetes.io/${mode}`, model.podSecurity]),
    );
    const labels = sortKeys({
      ...platformLabels(platform.platform),
      ...previewLabels(platform),
      ...security,
      ...model.labels,
    });
    const metadata = { name: model.name, ...compact({ labels, annotations: model.annotations }) };
    return [
      {
        pointer: model.pointer,
        description: model.description,
        object: { apiVersion: "v1", kind: "Namespace", metadata },
      },
    ];
  },
};
