import { type Check, ofKind, pods } from "../check.ts";

/** CIS 5.1.6. A pod that never asks the API has no use for a token; whoever breaks into it has. */
export const serviceAccountToken: Check = {
  code: "SERVICE_ACCOUNT_TOKEN",
  title: "no pod carries a token for the API, and each has its own account",
  run: (subject) => [
    ...pods(subject)
      .filter(
        ({ spec }) =>
          spec.automountServiceAccountToken !== false ||
          spec.serviceAccountName === undefined ||
          spec.serviceAccountName === "default",
      )
      .map(({ object }) => ({
        object,
        message: "its pods carry a token for the Kubernetes API, or share the default account",
        fix: "use an account of its own, without a token",
      })),
    ...ofKind(subject, "ServiceAccount")
      .filter(({ object }) => object["automountServiceAccountToken"] !== false)
      .map((object) => ({
        object,
        message: "this account gives its pods a token",
        fix: "set automountServiceAccountToken to false",
      })),
  ],
};
