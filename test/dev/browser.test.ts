import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openInBrowser } from "../../dev/ui/browser.ts";
import { UserError } from "../../tools/lib/errors.ts";
import { type Exec, systemExec } from "../../tools/lib/exec.ts";
import { eventually } from "../services/docker.ts";
import { inTerminal, skipPty } from "../support/pty.ts";

// The key `o`. No browser of this machine is opened: the program that would do it is one that writes down what it was given.

const URL = "http://localhost:8080";
const windows = process.platform === "win32" ? "the fake program is a shell script" : false;

interface Fake {
  /** What PATH has to be. */
  readonly path: string;
  /** Its arguments, one a line. Rejects until it was started. */
  arguments(): Promise<string[]>;
}

async function aFake(t: TestContext, program: string, ending = ""): Promise<Fake> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-browser-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const [script, given] = [join(folder, program), join(folder, "given")];
  // Whole or not at all: the reader may be faster than the writer.
  const lines = ["#!/bin/sh", `printf '%s\\n' "$@" >'${given}.new'`, `mv '${given}.new' '${given}'`, ending];
  await writeFile(script, `${lines.join("\n")}\n`);
  await chmod(script, 0o755);
  return {
    path: `${folder}:${process.env["PATH"]}`,
    arguments: async () => (await readFile(given, "utf8")).split("\n").slice(0, -1),
  };
}

/** The same programs, found in another PATH. */
function execIn(path: string): Exec {
  return {
    ...systemExec,
    async run(program, args, options) {
      const before = process.env["PATH"];
      process.env["PATH"] = path;
      try {
        return await systemExec.run(program, args, options);
      } finally {
        process.env["PATH"] = before;
      }
    },
  };
}

for (const [platform, program, args] of [
  ["linux", "xdg-open", [URL]],
  ["darwin", "open", [URL]],
  ["win32", "cmd", ["/c", "start", "", URL]],
] as const) {
  test(`on ${platform} an address is given to ${program}`, { skip: windows }, async (t) => {
    const fake = await aFake(t, program);
    await openInBrowser(execIn(fake.path), platform, URL);
    assert.deepEqual(await fake.arguments(), args);
  });
}

for (const [what, ending, message] of [
  ["its first words", "echo 'no method available' >&2; echo more >&2; exit 3", "no method available"],
  ["its exit code when it says nothing", "exit 4", "exit code 4"],
] as const) {
  test(`an opener that fails is told with ${what}, and with the address`, { skip: windows }, async (t) => {
    const fake = await aFake(t, "xdg-open", ending);
    await assert.rejects(openInBrowser(execIn(fake.path), "linux", URL), (error) => {
      assert.ok(error instanceof UserError);
      const [finding] = error.findings;
      assert.deepEqual(
        [finding?.code, finding?.where, finding?.message, finding?.fix],
        ["BROWSER_FAILED", "xdg-open", message, `open ${URL} yourself`],
      );
      return true;
    });
  });
}

test("an opener that is the browser itself has not failed, and goes on", { skip: windows }, async (t) => {
  const window = await mkdtemp(join(tmpdir(), "slipway-window-"));
  t.after(() => rm(window, { recursive: true }));
  const fake = await aFake(t, "xdg-open", `while [ -d '${window}' ]; do sleep 0.05; done; exit 1`);
  await openInBrowser(execIn(fake.path), "linux", URL, 300);
});

test("an opener that is not there is told by name", { skip: windows }, async (t) => {
  const { path } = await aFake(t, "another");
  const exec = execIn(path.split(":")[0] ?? "");
  await assert.rejects(openInBrowser(exec, "linux", URL), (error) => {
    assert.ok(error instanceof UserError);
    assert.deepEqual([error.findings[0]?.code, error.findings[0]?.where], ["PROGRAM_MISSING", "xdg-open"]);
    return true;
  });
});

const DEMO = "node --import tsx test/dev/screen-demo.ts still";
const options = { skip: skipPty, timeout: 180_000 };

test("the key opens the address of the selected service, and nothing for one without", options, async (t) => {
  const fake = await aFake(t, "xdg-open");
  const terminal = inTerminal(DEMO, { PATH: fake.path });
  t.after(() => terminal.kill());
  await terminal.until(/postgres/);
  // Above is the one in trouble, whose address nobody knows; the key is pressed there as well.
  terminal.type("oj");
  terminal.type("o");
  assert.deepEqual(await eventually(() => fake.arguments(), 60_000), [URL]);
  terminal.type("q");
  assert.doesNotMatch(await terminal.until(/stopped/), /BROWSER_FAILED/);
});

test("that it could not be opened is on the screen, and the session goes on", options, async (t) => {
  const fake = await aFake(t, "xdg-open", "echo 'no method available' >&2; exit 3");
  const terminal = inTerminal(`stty cols 200; ${DEMO}`, { PATH: fake.path });
  t.after(() => terminal.kill());
  await terminal.until(/postgres/);
  terminal.type("jo");
  await terminal.until(/xdg-open: no method available; fix: open http:\/\/localhost:8080 yourself \[BROWSER_FAILED\]/);
  terminal.type("p");
  await terminal.until(/paused/);
  terminal.type("q");
  await terminal.until(/stopped/);
});
