import { type Check, finding } from "./check.ts";

/** The oldest whose kustomize renders the overlays alike. */
const OLDEST_MINOR = 27;

export const kubectl: Check = {
  title: "kubectl",
  async look({ exec }) {
    const told = await exec.run("kubectl", ["version", "--client", "--output", "json"]).catch(() => null);
    if (told?.exitCode !== 0)
      return finding(
        "KUBECTL_MISSING",
        "kubectl",
        "kubectl cannot be run",
        "install it: https://kubernetes.io/docs/tasks/tools/",
      );
    const version =
      (JSON.parse(told.stdout) as { clientVersion?: { gitVersion?: string } }).clientVersion?.gitVersion ?? "";
    const minor = Number(/^v1\.(\d+)/.exec(version)?.[1] ?? 0);
    return minor >= OLDEST_MINOR
      ? version
      : finding("KUBECTL_TOO_OLD", "kubectl", `this is ${version}`, `install kubectl 1.${OLDEST_MINOR} or later`);
  },
};
