import { AIRGAP, type Check, ofKind } from "../../check.ts";
import { textAt } from "../../fields.ts";

// Groups with a dot that Kubernetes itself serves.
const OWN = [
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "apiregistration.k8s.io",
  "authentication.k8s.io",
  "authorization.k8s.io",
  "certificates.k8s.io",
  "coordination.k8s.io",
  "discovery.k8s.io",
  "events.k8s.io",
  "flowcontrol.apiserver.k8s.io",
  "networking.k8s.io",
  "node.k8s.io",
  "rbac.authorization.k8s.io",
  "resource.k8s.io",
  "scheduling.k8s.io",
  "storage.k8s.io",
];

/** Traefik brings its own with it, and a definition among the manifests brings its group. */
export const apiGroup: Check = {
  code: "API_GROUP",
  severity: "error",
  title: "in airgap custom resources are of groups that the cluster serves",
  tags: ["kube-linter/schema-validation", "airgap/AG19"],
  profiles: AIRGAP,
  run: (subject) => {
    const { settings, ingress, environment } = subject.model;
    const known = new Set([
      ...OWN,
      ...(settings?.apiGroups ?? []),
      ...(ingress?.controller === "traefik" ? ["traefik.io"] : []),
      ...ofKind(subject, "CustomResourceDefinition").map(({ object }) => textAt(object, "spec", "group")),
    ]);
    return subject.placed.flatMap((object) => {
      const [group = "", version] = object.object.apiVersion.split("/");
      if (version === undefined || !group.includes(".") || known.has(group)) return [];
      return [
        {
          object,
          message: `nothing says that the cluster serves ${group}`,
          fix: `add "${group}" to environments.${environment}.apiGroups, or leave the object out`,
        },
      ];
    });
  },
};
