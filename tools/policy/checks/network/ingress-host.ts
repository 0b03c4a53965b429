import { type Check, ofKind } from "../../check.ts";
import { objectsAt, textAt } from "../../fields.ts";

export const ingressHost: Check = {
  code: "INGRESS_HOST",
  severity: "error",
  title: "every rule of an Ingress names its host",
  tags: ["kyverno/disallow-empty-ingress-host"],
  run: (subject) =>
    ofKind(subject, "Ingress").flatMap((object) =>
      objectsAt(object.object, "spec", "rules")
        .map((rule) => textAt(rule, "host"))
        .filter((host) => host === "" || host.startsWith("*"))
        .map((host) => ({
          object,
          message: `it answers for ${host === "" ? "every host" : host}, other platforms' too`,
          fix: 'name the host: "host" of the route or of the environment\'s ingress',
        })),
    ),
};
