import { type Check, DEPLOYED, type Subject, ofKind } from "../../check.ts";
import { objectsAt, textAt } from "../../fields.ts";
import type { Placed } from "../../../render/render.ts";
import type { JsonObject } from "../../../lib/merge.ts";

/** A claim without a class gets the cluster's default: another one in another cluster, or none. */
export const storageClass: Check = {
  code: "STORAGE_CLASS",
  severity: "warning",
  title: "every claim names its storage class",
  tags: ["kyverno/require-storageclass", "airgap/AG11"],
  profiles: DEPLOYED,
  run: (subject) =>
    claimsOf(subject)
      .filter(({ claim }) => textAt(claim, "spec", "storageClassName") === "")
      .map(({ object, claim }) => ({
        object,
        message: `the claim ${textAt(claim, "metadata", "name")} leaves its storage class to the cluster`,
        fix: "add storageClassName; environments map it by storageClasses",
      })),
};

/** Claims of their own, and those that StatefulSets make. */
export function claimsOf(subject: Subject): { readonly object: Placed; readonly claim: JsonObject }[] {
  return [
    ...ofKind(subject, "PersistentVolumeClaim").map((object) => ({ object, claim: object.object })),
    ...subject.placed.flatMap((object) =>
      objectsAt(object.object, "spec", "volumeClaimTemplates").map((claim) => ({ object, claim })),
    ),
  ];
}
