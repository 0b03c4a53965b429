import { spawn, spawnSync } from "node:child_process";
import { eventually } from "../services/docker.ts";
import { skipWithout } from "./skip.ts";

/** A command in a terminal of its own, and a person before it. */
export interface Terminal {
  /** All that has been written to it, escape sequences included. */
  output(): string;
  type(keys: string): void;
  /** Its output once it fits. */
  until(fits: RegExp): Promise<string>;
  resize(columns: number, rows: number): void;
  readonly exited: Promise<number | null>;
  kill(): void;
}

/** `script` of util-linux gives a program a terminal; that of the BSDs has other flags. */
export const skipPty = skipWithout(
  process.platform === "linux" && spawnSync("script", ["--version"]).status === 0,
  "script of util-linux",
);

/** Runs a shell's command line in a terminal of 80 × 24. What it ends with stands in `exited`. */
export function inTerminal(command: string, env: Readonly<Record<string, string>> = {}): Terminal {
  const setUp = "stty rows 24 cols 80; echo tty=$(tty); ";
  const child = spawn("script", ["-qfec", setUp + command, "/dev/null"], {
    env: { ...process.env, TERM: "xterm-256color", CI: "", NO_COLOR: "", SHELL: "/bin/bash", ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk) => (output += String(chunk)));
  const until = (fits: RegExp): Promise<string> =>
    eventually(async () => {
      if (!fits.test(output)) throw new Error(`${fits} is not in ${JSON.stringify(output.slice(-4000))}`);
      return output;
    }, 60_000);
  return {
    output: () => output,
    type: (keys) => void child.stdin.write(keys),
    until,
    resize: (columns, rows) =>
      void spawnSync("stty", ["-F", /tty=(\S+)/.exec(output)?.[1] ?? "", "rows", `${rows}`, "cols", `${columns}`]),
    exited: new Promise((resolve) => child.on("close", resolve)),
    kill: () => void child.kill("SIGKILL"),
  };
}
