import { readdirSync } from "node:fs";

/** Every platform of the examples, by its folder. */
export const EXAMPLES: readonly string[] = readdirSync("examples")
  .toSorted()
  .map((name) => `examples/${name}`);

/** The reference platform and every example. */
export const ROOTS: readonly string[] = [".", ...EXAMPLES];
