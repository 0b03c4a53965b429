import { type Check, DEPLOYED, ofKind } from "../../check.ts";
import { textAt } from "../../fields.ts";

/** https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/ */
export const ingressNginx: Check = {
  code: "INGRESS_NGINX",
  severity: "warning",
  title: "routes do not go through ingress-nginx, which has had its last release",
  tags: ["kubescape/C-0292"],
  profiles: DEPLOYED,
  run: (subject) =>
    ofKind(subject, "Ingress")
      .filter(
        ({ object }) =>
          (textAt(object, "spec", "ingressClassName") ||
            textAt(object, "metadata", "annotations", "kubernetes.io/ingress.class")) === "nginx",
      )
      .map((object) => ({
        object,
        message: "ingress-nginx gets no fixes since March 2026, not even for security",
        fix: 'use another controller: "ingress": {"controller": "traefik"}',
      })),
};
