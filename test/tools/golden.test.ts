import { readdirSync } from "node:fs";
import { test } from "node:test";
import { OUTPUT_FOLDERS } from "../../tools/layout/folders.ts";
import { layout } from "../../tools/layout/layout.ts";
import { readInputs } from "../../tools/registry/read.ts";
import { assertGolden } from "../support/golden.ts";
import { ROOTS } from "../support/roots.ts";

// One folder a case, real files: a change of what is generated is reviewed as the YAML that users will see.

for (const folder of [...readdirSync("test/golden").map((name) => `test/golden/${name}`), ...ROOTS]) {
  test(`the output of ${folder}/services.json is the committed one`, async () => {
    const { inputs } = await readInputs(folder);
    await assertGolden(folder, OUTPUT_FOLDERS, layout(inputs));
  });
}
