import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type Archive, BLOCK_BYTES } from "../../dev/delivery/images/archive.ts";
import { NODE_SCRIPT } from "../../dev/delivery/nodes/script.ts";
import { NodeOutOfReach, type NodeShell, nodeShell } from "../../dev/delivery/nodes/shell.ts";
import { type OpenProgram, openProgram } from "../../tools/lib/exec.ts";
import { connectEngine } from "../../dev/build/engine.ts";
import { docker, skipWithoutDocker } from "../services/docker.ts";

const never = new AbortController().signal;

test("commands are answered in their order, with their output and their exit code", async (t) => {
  const { shell } = aShell(t);
  const answers = await Promise.all([
    shell.run({ words: ["echo", "one"] }, never),
    shell.run({ words: ["cat"], input: aFile(5000, "x") }, never),
    shell.run({ words: ["false"] }, never),
    shell.run({ words: ["echo", "*"] }, never),
  ]);
  assert.deepEqual(
    answers.map(({ exitCode, output }) => [exitCode, output.length > 100 ? output.length : output]),
    [
      [0, "one\n"],
      [0, 2 * BLOCK_BYTES],
      [1, ""],
      // Nothing is expanded: a name is a name.
      [0, "*\n"],
    ],
  );
});

test("who fails before it has read everything leaves nothing for the next", async (t) => {
  const { shell } = aShell(t);
  const big = aFile(3 * 2 ** 20, "y");
  const [failed, next] = await Promise.all([
    shell.run({ words: ["false"], input: big, otherwise: ["true"] }, never),
    shell.run({ words: ["echo", "next"] }, never),
  ]);
  assert.deepEqual([failed.exitCode, next.output], [1, "next\n"]);
});

test("what must be done after a failure is done in the node, also when the other side is gone", async (t) => {
  const { shell, folder, opened } = aShell(t);
  const tidied = join(folder, "tidied");
  await shell.run({ words: ["true"], otherwise: ["touch", `${tidied}-not`] }, never);
  const half: Archive = {
    blocks: 1000,
    async *open() {
      yield Buffer.alloc(BLOCK_BYTES);
      opened[0]?.input.destroy();
    },
  };
  // As an import that got half an archive.
  const program = script(folder, "half", "test $(wc -c) = 4096000");
  const { exitCode } = await shell.run({ words: [program], input: half, otherwise: ["touch", tidied] }, never);
  assert.equal(exitCode, 1);
  await settled(() => readFileSync(tidied));
  assert.throws(() => readFileSync(`${tidied}-not`));
});

test("a program that ended is started again", async (t) => {
  const { shell, opened } = aShell(t);
  assert.equal((await shell.run({ words: ["echo", "a"] }, never)).output, "a\n");
  opened[0]?.input.end();
  await opened[0]?.closed;
  assert.equal((await shell.run({ words: ["echo", "b"] }, never)).output, "b\n");
  assert.equal(opened.length, 2);
});

test("a cancelled command that has not begun never begins; others go on", async (t) => {
  const { shell, folder } = aShell(t);
  const cancel = new AbortController();
  const slow = shell.run({ words: ["sleep", "0.3"] }, never);
  const cancelled = shell.run({ words: ["touch", join(folder, "never")] }, cancel.signal);
  const later = shell.run({ words: ["echo", "later"] }, never);
  cancel.abort(new Error("cancelled"));
  await assert.rejects(cancelled, /cancelled/);
  assert.equal((await slow).exitCode, 0);
  assert.equal((await later).output, "later\n");
  assert.throws(() => readFileSync(join(folder, "never")));
});

test("a large transfer ends with its signal, and what comes after it is answered", async (t) => {
  const { shell } = aShell(t);
  const cancel = new AbortController();
  const endless: Archive = {
    blocks: 1_000_000,
    async *open() {
      for (let i = 0; i < 1_000_000; i++) {
        if (i === 100) setImmediate(() => cancel.abort(new Error("cancelled")));
        yield Buffer.alloc(BLOCK_BYTES);
        await new Promise(setImmediate);
      }
    },
  };
  const large = shell.run({ words: ["wc", "-c"], input: endless }, cancel.signal);
  const next = shell.run({ words: ["echo", "next"] }, never);
  await assert.rejects(large, /cancelled/);
  assert.equal((await next).output, "next\n");
});

test("the end of the session is the end of the program", async (t) => {
  const { shell, opened } = aShell(t);
  await shell.run({ words: ["true"] }, never);
  await shell.close();
  await opened[0]?.closed;
  await assert.rejects(shell.run({ words: ["true"] }, never), NodeOutOfReach);
});

test("BusyBox's shell and dd understand it as well", { skip: skipWithoutDocker }, async (t) => {
  const engine = await connectEngine("/var/run/docker.sock");
  const name = `slipway-busybox-${process.pid}`;
  await docker("run", "-d", "--rm", "--name", name, "busybox:1.36", "sleep", "300");
  t.after(() => docker("rm", "-f", name));
  const shell = nodeShell(() => engine.open(name, ["sh", "-c", NODE_SCRIPT]));
  t.after(() => shell.close());
  const body = aFile(5 * 2 ** 20, "z");
  const answers = await Promise.all([
    shell.run({ words: ["md5sum"], input: body }, never),
    shell.run({ words: ["false"], input: body }, never),
    shell.run({ words: ["echo", "next"] }, never),
  ]);
  assert.deepEqual(
    answers.map(({ exitCode }) => exitCode),
    [0, 1, 0],
  );
  const sum = createHash("md5")
    .update(Buffer.alloc(5 * 2 ** 20, "z"))
    .digest("hex");
  assert.equal(answers[0].output, `${sum}  -\n`);
  assert.equal(answers[2].output, "next\n");
});

function aShell(t: TestContext): {
  readonly shell: NodeShell;
  readonly folder: string;
  readonly opened: OpenProgram[];
} {
  const folder = mkdtempSync(join(tmpdir(), "slipway-shell-"));
  const opened: OpenProgram[] = [];
  const shell = nodeShell(async () => {
    const program = await openProgram("sh", ["-c", NODE_SCRIPT]);
    opened.push(program);
    return program;
  });
  t.after(async () => {
    await shell.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { shell, folder, opened };
}

function aFile(bytes: number, filling: string): Archive {
  const blocks = Math.ceil(bytes / BLOCK_BYTES);
  return {
    blocks,
    async *open() {
      for (let i = 0; i < blocks; i++) yield Buffer.alloc(BLOCK_BYTES, filling);
    },
  };
}

function script(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
}

async function settled(look: () => unknown): Promise<void> {
  for (let i = 0; i < 100; i++) {
    try {
      look();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  look();
}
