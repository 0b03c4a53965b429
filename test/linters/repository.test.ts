import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { inTemporaryFolder } from "../support/temporary.ts";
import { findLeaks, gitleaks } from "./gitleaks.ts";
import { skipWithoutLinters } from "./linter.ts";

const lacks = existsSync(".git") ? [] : ["git"];

test("no secret lies in any file of the repository", { skip: skipWithoutLinters([gitleaks], ...lacks) }, () =>
  inTemporaryFolder(async (folder) => {
    const files = committed();
    for (const file of files) copy(file, join(folder, "repository", file));
    assert.ok(files.includes("services.json"));
    const leaks = await findLeaks("repository", folder);
    assert.deepEqual(
      leaks.map(({ RuleID, File, StartLine }) => `${RuleID} ${File}:${StartLine}`),
      [],
    );
  }),
);

/** As they are now, so that a secret is found before it is committed; what git ignores is nobody else's. */
function committed(): string[] {
  const list = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    encoding: "utf8",
  });
  return [...new Set(list.split("\0"))].filter((file) => file !== "" && file !== "node_modules" && existsSync(file));
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}
