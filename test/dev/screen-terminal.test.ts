import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { ENTER, LEAVE } from "../../dev/ui/frame.ts";
import { type Terminal, inTerminal, skipPty } from "../support/pty.ts";

// The screen in a real terminal, whose state is asked with stty after it.

const DEMO = "node --import tsx test/dev/screen-demo.ts";
const options = { skip: skipPty, timeout: 180_000 };

test("keys become commands, and what is pasted does not", options, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-keys-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "commands");
  const terminal = opened(t, `${DEMO} still 2>${file}`);
  await terminal.until(/postgres/);
  terminal.type("\u001b[200~rrsdp\u001b[201~");
  terminal.type("\u001b[B\u001b[B\u001b[A");
  terminal.type("rsRdp");
  await terminal.until(/paused/);
  terminal.type("pq");
  await terminal.until(/stopped/);
  // Below `chat`, which is in trouble.
  const service = "postgres";
  assert.deepEqual(
    readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown),
    [
      { type: "rebuild", service },
      { type: "restart", service },
      { type: "restart", service },
      { type: "disable", service },
      { type: "pause" },
      { type: "resume" },
    ],
  );
});

for (const [how, end, code] of [
  ["q", (terminal: Terminal) => terminal.type("q"), 130],
  ["Ctrl-C", (terminal: Terminal) => terminal.type("\u0003"), 130],
  ["SIGTERM", (terminal: Terminal) => process.kill(pidIn(terminal), "SIGTERM"), 130],
] as const) {
  test(`after ${how} the terminal is as it was`, options, async (t) => {
    const terminal = opened(t, shell(`echo pid=$$; exec ${DEMO}`));
    await terminal.until(/postgres/);
    end(terminal);
    const output = await terminal.until(/done \d+[^]*echoctl/);
    assertRestored(output);
    assert.match(output, new RegExp(`done ${code}`));
    assert.match(after(output), /slipway {2}mage · local · kind-slipway {2}\d+ of 20 Ready/);
    assert.match(after(output), /chat +trouble .*CONTAINER_CRASHED/);
  });
}

test("a crash gives the terminal back before it tells of itself", options, async (t) => {
  const terminal = opened(t, shell(`${DEMO} crash`));
  const output = await terminal.until(/done \d+[^]*echoctl/);
  assertRestored(output);
  assert.match(after(output), /nobody expected this/);
});

test("Ctrl-Z leads to the shell and fg back, with the screen drawn anew", options, async (t) => {
  const terminal = opened(t, `set -m; ${DEMO} still; echo stopped $?; stty -a; fg >/dev/null; ${ENDED}`);
  await terminal.until(/postgres/);
  terminal.type("\u001a");
  const stopped = await terminal.until(/stopped 148[^]*echoctl/);
  assert.equal(count(stopped, LEAVE), 1);
  assertCooked(stopped.slice(stopped.indexOf("stopped 148")).split(ENTER)[0] ?? "");
  await eventuallyTwice(terminal);
  terminal.type("q");
  const output = await terminal.until(/done \d+[^]*echoctl/);
  assert.equal(count(output, ENTER), 2);
  assertRestored(output);
});

test("another size is drawn at once", options, async (t) => {
  const terminal = opened(t, `${DEMO} still`);
  await terminal.until(/q.{0,10} quit/);
  terminal.resize(120, 40);
  // Its last row.
  // oxlint-disable-next-line no-control-regex
  await terminal.until(/\u001b\[40;1H/);
  terminal.type("q");
  await terminal.until(/stopped/);
});

test("without colours there are none, and states are words and signs", options, async (t) => {
  const terminal = opened(t, `${DEMO} still`, { NO_COLOR: "1" });
  const output = await terminal.until(/! chat +trouble/);
  // oxlint-disable-next-line no-control-regex
  assert.doesNotMatch(output.replaceAll(LEAVE, ""), /\u001b\[[\d;]*m/);
  terminal.type("q");
  await terminal.until(/stopped/);
});

const ENDED = 'echo "done $?"; stty -a';

function shell(command: string): string {
  return `bash -c '${command}'; ${ENDED}`;
}

function opened(t: TestContext, command: string, env: Readonly<Record<string, string>> = {}): Terminal {
  const terminal = inTerminal(command, env);
  t.after(() => terminal.kill());
  return terminal;
}

function pidIn(terminal: Terminal): number {
  return Number(/pid=(\d+)/.exec(terminal.output())?.[1] ?? assert.fail("it told no pid"));
}

function after(output: string): string {
  return output.slice(output.lastIndexOf(LEAVE) + LEAVE.length);
}

function assertRestored(output: string): void {
  assert.equal(count(output, ENTER), count(output, LEAVE));
  assert.ok(output.lastIndexOf(LEAVE) > output.lastIndexOf(ENTER));
  assertCooked(after(output));
}

/** As a shell expects it: lines, with echo, and Ctrl-C as a signal. */
function assertCooked(modes: string): void {
  for (const mode of ["icanon", "isig", "echo"]) assert.match(modes, new RegExp(`[^-]\\b${mode}\\b`));
  assert.doesNotMatch(modes, /-icanon|-isig|-echo\b/);
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

async function eventuallyTwice(terminal: Terminal): Promise<void> {
  // oxlint-disable-next-line no-control-regex
  await terminal.until(/\[\?1049h[^]*\[\?1049l[^]*\[\?1049h[^]*postgres/);
}
