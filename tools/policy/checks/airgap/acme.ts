import { AIRGAP, type Check } from "../../check.ts";
import { annotationsOf, textsBelow } from "../../fields.ts";

export const acme: Check = {
  code: "ACME",
  severity: "error",
  title: "airgap gets no certificate from a public authority",
  tags: ["airgap/AG06"],
  profiles: AIRGAP,
  run: ({ placed }) =>
    placed.flatMap((object) => {
      const annotated = Object.entries(annotationsOf(object.object)).filter(
        ([key, value]) =>
          /^cert-manager\.io\/.*issuer$|certresolver$/.test(key) && /acme|lets-?encrypt|zerossl/i.test(value),
      );
      const isIssuer =
        ["Issuer", "ClusterIssuer"].includes(object.object.kind) &&
        textsBelow(object.object["spec"]).some(({ path }) => path[0] === "acme");
      if (annotated.length === 0 && !isIssuer) return [];
      return [
        {
          object,
          message: `${isIssuer ? "this issuer" : (annotated[0]?.[0] ?? "")} asks a public authority, which the enclave cannot reach`,
          fix: 'use a certificate of the enclave\'s own: "tls": {"secretName": "…"}',
        },
      ];
    }),
};
