import assert from "node:assert/strict";
import { cpSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { readTree } from "../../tools/lib/files.ts";
import { assertGolden } from "../support/golden.ts";
import { kubectls, kustomize } from "../support/kubectl.ts";
import { runCli } from "../support/run-cli.ts";
import { inTemporaryFolder } from "../support/temporary.ts";

// Whole Compose projects: the registry that is written and every word that is said are reviewed as users see them.

const CASES: Readonly<Record<string, { readonly args: readonly string[]; readonly exitCode: number }>> = {
  shop: { args: ["docker-compose.yml"], exitCode: 0 },
  media: { args: ["docker-compose.yml"], exitCode: 0 },
  merged: { args: ["compose.yaml", "compose.override.yaml"], exitCode: 0 },
  "every-key": { args: ["compose.yaml", "--profile", "front"], exitCode: 0 },
  misspelt: { args: ["compose.yaml"], exitCode: 0 },
  mistakes: { args: ["compose.yaml"], exitCode: 1 },
  syntax: { args: ["compose.yaml"], exitCode: 1 },
};

for (const [name, { args, exitCode }] of Object.entries(CASES)) {
  test(`${name} becomes the committed registry and report`, async () => {
    await inTemporaryFolder(async (above) => {
      const folder = `${above}/${name}`;
      cpSync(`test/golden-import/${name}`, folder, { recursive: true });
      const result = await runCli(folder, ["import", "compose", ...args, "--output", "services.json", "--force"]);
      assert.doesNotMatch(result.stderr, /node:internal|\.ts:\d+/);
      assert.equal(result.exitCode, exitCode, result.stderr);
      const report = `${result.stdout}\n${result.stderr}`;
      const written =
        exitCode === 0 ? [["out/services.json", readFileSync(`${folder}/services.json`, "utf8")] as const] : [];
      await assertGolden(`test/golden-import/${name}`, ["out"], new Map([...written, ["out/report.txt", report]]));
    });
  });
}

for (const name of ["shop", "media", "merged"]) {
  test(`${name} is generated, and no secret of it stands anywhere`, async () => {
    await inTemporaryFolder(async (folder) => {
      cpSync(`test/golden-import/${name}`, folder, { recursive: true });
      cpSync(`${folder}/out/services.json`, `${folder}/services.json`);
      const result = await runCli(folder, ["gen"]);
      assert.equal(result.exitCode, 0, result.stderr);
      const files = await readTree(folder, ["k8s", "overlays", "out"]);
      assert.ok(files.size > 20);
      for (const [path, text] of files) assert.doesNotMatch(text, /an-example|another-example|hunter22/, path);
      for (const { path: kubectl } of kubectls())
        for (const environment of ["local", "prod"])
          assert.match(kustomize(kubectl, `${folder}/overlays/${environment}`), /^kind: Deployment$/m);
    });
  });
}
