import { setTimeout as sleep } from "node:timers/promises";
import { systemExec } from "../../tools/lib/exec.ts";
import { paintFor } from "../../tools/lib/style.ts";
import { openInBrowser } from "../../dev/ui/browser.ts";
import { terminalDisplay } from "../../dev/ui/terminal.ts";
import { openTty } from "../../dev/ui/tty.ts";
import { ABOUT, brokenBuild, crashed, story, twentyServices } from "./screen-states.ts";

// `node --import tsx test/dev/screen-demo.ts [crash]`: the screen of a session that was made up, to be looked at and to press keys in.
// What keys ask for is written to stderr where that is a file. `still`: nothing happens by itself; `crash`: dies of an error that nobody expected.

const stopped = new Promise<string>((resolve) => {
  // Not `once`: while a program runs, execa takes a signal without a listener for the end of the process, and ends it.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => resolve(signal));
});
const display = terminalDisplay({
  tty: openTty(process),
  write: (text) => process.stdout.write(text),
  paint: paintFor(process.stdout, true),
  platform: "mage",
  nowMs: () => performance.now(),
  open: (url) => openInBrowser(systemExec, process.platform, url),
});
const pods = new Map<string, number>();
display.begin(ABOUT);
const told = story((turn) => display.turn(turn));
display.connect?.({
  command(command) {
    if (!process.stderr.isTTY) process.stderr.write(`${JSON.stringify(command)}\n`);
    told.happen({ type: "commanded", command, atMs: performance.now() });
  },
  readyPods: (service) => pods.get(service) ?? 1,
  onPods: () => undefined,
  logs: { follow: (service, onLine, signal) => chatter(service, onLine, signal) },
});
told.happen({ type: "target-read", target: twentyServices(), atMs: performance.now() });
told.settle(performance.now(), (step) =>
  ["build core", "observe chat", "digest wargame"].includes(`${step.type} ${step.subject}`),
);
display.building?.("core", { vertex: "[build 2/7] RUN npm ci", log: null });
for (let n = 1; n <= 30; n++)
  display.building?.("core", {
    vertex: "[build 2/7] RUN npm ci",
    log: `npm http fetch GET 200 https://registry.npmjs.org/pack-${n} 45ms (cache miss)`,
  });
told.happen({ type: "service-troubled", service: "chat", finding: crashed, isFinal: false });
pods.set("chat", 0);
if (process.argv[2] === "crash")
  setTimeout(() => {
    throw new Error("nobody expected this");
  }, 300);
if (process.argv[2] !== "still")
  setTimeout(() => {
    told.fail("build core", brokenBuild, performance.now(), 2300);
    told.finish("digest wargame", performance.now(), 4);
    told.settle(performance.now(), (step) => step.subject === "chat");
  }, 2500);
display.end((await stopped) === "SIGINT" ? "stopped" : "terminated");
process.exit(130);

async function chatter(
  service: string,
  onLine: (line: { pod: string; container: string; text: string; isPrevious: boolean }) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let n = 1; !signal.aborted; n++) {
    onLine({
      pod: `${service}-5d9c7b-x2x9v`,
      container: service,
      text: `{"level":"info","msg":"line ${n}, 漢字 🚀 done"}`,
      isPrevious: n < 3,
    });
    await sleep(300, undefined, { signal }).catch(() => undefined);
  }
}
