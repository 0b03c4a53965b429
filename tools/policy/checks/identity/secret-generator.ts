import type { Check } from "../../check.ts";
import { objectsAt } from "../../fields.ts";

export const secretGenerator: Check = {
  code: "SECRET_GENERATOR",
  severity: "error",
  title: "no kustomization makes Secrets",
  tags: ["checkov/secrets", "airgap/AG13"],
  run: ({ kustomizations }) =>
    kustomizations
      .filter(({ value }) => objectsAt(value, "secretGenerator").length > 0)
      .map(({ path }) => ({
        file: path,
        service: null,
        message: "its secretGenerator needs the values beside it: in the repository, or nowhere",
        fix: 'declare the Secret under "secrets", and create it with npm run secrets',
      })),
};
