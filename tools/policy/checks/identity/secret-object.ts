import { type Check, ofKind } from "../../check.ts";

export const secretObject: Check = {
  code: "SECRET_OBJECT",
  severity: "error",
  title: "no Secret is among the manifests",
  tags: ["kubescape/C-0012", "kubescape/C-0255", "checkov/secrets", "stig/V-274883", "airgap/AG13"],
  run: (subject) =>
    ofKind(subject, "Secret").map((object) => ({
      object,
      message: "a Secret in a file is known to everybody who can read the repository",
      fix: 'remove it, declare its name and keys under "secrets", and create it with npm run secrets',
    })),
};
