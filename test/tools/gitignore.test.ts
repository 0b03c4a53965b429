import assert from "node:assert/strict";
import { copyFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { systemExec } from "../../tools/lib/exec.ts";
import { inTemporaryFolder } from "../support/temporary.ts";

// A pattern that only looks right ignores nothing: git itself is asked, in a repository of its own.

const IGNORED = [
  ".slipway/secrets/local.yaml",
  "examples/wrightnow/.slipway/secrets/local.yaml",
  "examples/torus-preview/default.env",
  "k8s/postgres/secrets.yaml",
  "overlays/airgap/secrets.yaml",
  "overlays/airgap/db/db.secrets.yaml",
  "secrets.yaml",
  ".env",
  "services/core/.env",
  "services/core/.env.production",
  "enclave.kubeconfig",
  ".kube/config",
  "certificates/mage-tls.key",
  "mage-tls.crt",
  "services/core/id_rsa",
];

const COMMITTED = [
  "services.json",
  "images.lock.json",
  "overlays/airgap/secrets.example.yaml",
  "overlays/airgap/kustomization.yaml",
  "k8s/core/deployment.yaml",
  "overlays/prod/core/externalsecret-db.yaml",
  "overlays/prod/core/job-rotate-secrets.yaml",
  "services/core/.env.example",
  "services/core/default.env",
  "docs/secrets.md",
];

test("git ignores what must not be committed, and nothing that must", async () => {
  await inTemporaryFolder(async (folder) => {
    await systemExec.run("git", ["init", "--quiet", folder]);
    for (const file of [".gitignore", "examples/torus-preview/.gitignore"]) {
      await mkdir(join(folder, dirname(file)), { recursive: true });
      await copyFile(file, join(folder, file));
    }
    const { stdout } = await systemExec.run("git", [
      "-C",
      folder,
      "check-ignore",
      "--no-index",
      ...IGNORED,
      ...COMMITTED,
    ]);
    assert.deepEqual(stdout.trim().split("\n").toSorted(), IGNORED.toSorted());
  });
});
