import { type Check, finding } from "./check.ts";

/** As package.json's `engines` has it. */
const OLDEST = [20, 19] as const;

export const node: Check = {
  title: "Node.js",
  async look({ nodeVersion }) {
    const [major = 0, minor = 0] = nodeVersion.replace(/^v/, "").split(".").map(Number);
    const isEnough = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
    return isEnough
      ? nodeVersion
      : finding("NODE_TOO_OLD", "node", `this is ${nodeVersion}`, `install Node.js ${OLDEST.join(".")} or later`);
  },
};
