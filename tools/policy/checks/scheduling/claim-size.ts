import { parseQuantity } from "../../../lib/quantity.ts";
import type { Check } from "../../check.ts";
import { textAt } from "../../fields.ts";
import { claimsOf } from "./storage-class.ts";

export const claimSize: Check = {
  code: "CLAIM_SIZE",
  severity: "error",
  title: "every claim asks for more than nothing",
  tags: ["airgap/AG11"],
  run: (subject) =>
    claimsOf(subject)
      .filter(({ claim }) => (parseQuantity(textAt(claim, "spec", "resources", "requests", "storage")) ?? 0) <= 0)
      .map(({ object, claim }) => ({
        object,
        message: `the claim ${textAt(claim, "metadata", "name")} asks for no storage, which the API refuses`,
        fix: "write its size",
      })),
};
