import type { Ingress } from "../../schema.ts";
import type { Path } from "../../source.ts";
import type { Problem, RegistryRule } from "../rule.ts";

/** What an environment says of its ingress fits the controller. */
export const ingress: RegistryRule = ({ environments }) =>
  Object.entries(environments).flatMap(([name, { ingress: settings }]) => {
    const path = ["environments", name, "ingress"];
    if (!settings) return [];
    return [
      ...parentProblems(settings, path),
      ...fieldProblems(settings, path),
      ...tlsProblems(settings, [...path, "tls"]),
    ];
  });

function parentProblems({ controller, parentRefs = [] }: Ingress, path: Path): Problem[] {
  if (controller !== "gateway" || parentRefs.length > 0) return [];
  const message = "no Gateway is named to which routes could attach";
  return [{ code: "INGRESS_PARENT_REFS", path, message, fix: 'add "parentRefs": [{"name": "…", "namespace": "…"}]' }];
}

/** Fields that only some controllers know. */
const KNOWN_TO: Partial<Readonly<Record<keyof Ingress, readonly Ingress["controller"][]>>> = {
  entryPoints: ["traefik"],
  parentRefs: ["gateway"],
  className: ["nginx", "traefik"],
  tls: ["nginx", "traefik"],
};

function fieldProblems(settings: Ingress, path: Path): Problem[] {
  const { controller, resource = "Ingress" } = settings;
  const idle = Object.entries(KNOWN_TO).filter(
    ([field, controllers]) => settings[field as keyof Ingress] !== undefined && !controllers.includes(controller),
  );
  return [
    ...idle.map(([field, controllers]) => ({
      code: "INGRESS_FIELD",
      path: [...path, field],
      message: `${field} means nothing to the controller ${controller}`,
      fix:
        field === "tls"
          ? "remove it: the Gateway's listener has the certificate"
          : `remove it: it is for ${controllers.join(" and ")}`,
    })),
    ...(resource === "IngressRoute" && controller !== "traefik"
      ? [
          {
            code: "INGRESS_FIELD",
            path: [...path, "resource"],
            message: `an IngressRoute is Traefik's, and the controller is ${controller}`,
            fix: "remove it, or set the controller to traefik",
          },
        ]
      : []),
  ];
}

function tlsProblems({ tls }: Ingress, path: Path): Problem[] {
  if (!tls) return [];
  const code = "INGRESS_TLS";
  if ((tls.secretName === undefined) === (tls.issuer === undefined)) {
    const message = tls.issuer
      ? "an issuer makes a Secret per route, and secretName is one for all of them"
      : "tls says neither a Secret nor an issuer";
    return [{ code, path, message, fix: 'write exactly one of "secretName" and "issuer"' }];
  }
  if (tls.issuerKind === undefined || tls.issuer !== undefined) return [];
  const message = "there is an issuerKind without an issuer";
  return [{ code, path: [...path, "issuerKind"], message, fix: 'add "issuer", or remove it' }];
}
