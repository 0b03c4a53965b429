import { type Check, DEPLOYED, ofKind } from "../../check.ts";
import { objectsAt, textAt, textsAt } from "../../fields.ts";

export const ingressTls: Check = {
  code: "INGRESS_TLS",
  severity: "error",
  title: "every host of an Ingress is served over TLS",
  tags: ["polaris/tlsSettingsMissing", "kubescape/C-0263"],
  profiles: DEPLOYED,
  run: (subject) =>
    ofKind(subject, "Ingress").flatMap((object) => {
      const secured = objectsAt(object.object, "spec", "tls").flatMap((tls) => textsAt(tls, "hosts"));
      const isSecured = (host: string): boolean =>
        secured.some((one) => one === host || (one.startsWith("*.") && host.endsWith(one.slice(1))));
      return objectsAt(object.object, "spec", "rules")
        .map((rule) => textAt(rule, "host"))
        .filter((host) => host !== "" && !isSecured(host))
        .map((host) => ({
          object,
          message: `${host} is served in the clear`,
          fix: 'add "tls": {"secretName": "…"} to the route or to the environment\'s ingress',
        }));
    }),
};
