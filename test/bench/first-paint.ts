import { spawn } from "node:child_process";
import type { Row } from "./measure.ts";

// It ends by itself, and touches no cluster.
const NOWHERE = "--context there-is-no-such-context";

/** From the start of the loop on a terminal to the first frame on it, beside the start of Node and of the loader alone. */
export async function firstPaintRows(runs: number): Promise<Row[]> {
  const loop: number[] = [];
  const source: number[] = [];
  const node: number[] = [];
  for (let run = 0; run <= runs; run++) {
    // In turn, so that all meet the same machine. The first run fills caches.
    const times = [
      await firstOutput(`node tools/slipway.mjs dev ${NOWHERE}`, /services\.json/),
      await firstOutput(`node --import tsx dev/cli.ts ${NOWHERE}`, /services\.json/),
      await firstOutput("node -e 'console.log(\"here\")'", /here/),
    ] as const;
    if (run === 0) continue;
    loop.push(times[0]);
    source.push(times[1]);
    node.push(times[2]);
  }
  return [
    {
      what: "start → first frame on a terminal, without what npm itself takes",
      times: loop,
      against: { what: "without its bundle", times: source },
    },
    { what: "of it: Node alone", times: node },
  ];
}

/** Milliseconds until a command in a terminal of its own has written what fits. */
function firstOutput(command: string, fits: RegExp): Promise<number> {
  // The shell and `script` are ready before the clock starts.
  const child = spawn("script", ["-qfec", `stty rows 24 cols 80; echo ready; read go; exec ${command}`, "/dev/null"], {
    env: { ...process.env, TERM: "xterm-256color", CI: "", SHELL: "/bin/sh" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let output = "";
  let startMs: number | null = null;
  let ms: number | null = null;
  child.stdout.on("data", (chunk) => {
    output += String(chunk);
    if (startMs === null && output.includes("ready")) {
      startMs = performance.now();
      output = "";
      child.stdin.write("go\n");
    } else if (startMs !== null && fits.test(output)) ms ??= performance.now() - startMs;
  });
  return new Promise((resolve, reject) => {
    child.once("close", () => {
      if (ms === null) reject(new Error(`${command} wrote nothing that fits: ${output}`));
      else resolve(ms);
    });
  });
}
