import { type Check, finding } from "./check.ts";

export const kind: Check = {
  title: "kind",
  async look({ exec }) {
    const told = await exec.run("kind", ["version"]).catch(() => null);
    if (told?.exitCode === 0) return told.stdout.trim();
    return finding(
      "KIND_MISSING",
      "kind",
      "kind cannot be run: clusters can be used, but not made",
      "install it: https://kind.sigs.k8s.io/docs/user/quick-start/#installation",
      "warning",
    );
  },
};
