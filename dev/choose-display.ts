import { readFileSync } from "node:fs";
import { join } from "node:path";
import { systemExec } from "../tools/lib/exec.ts";
import { paintFor } from "../tools/lib/style.ts";
import type { Display } from "./ui/display.ts";

export interface Wanted {
  /** Folder of services.json. */
  readonly root: string;
  readonly isJson: boolean;
  readonly isPlain: boolean;
  readonly hasColors: boolean;
}

/**
 * A screen for whoever watches and has keys to press, lines for everybody else. The screen's first frame is drawn before
 * anything else is loaded.
 */
export async function displayFor(process: NodeJS.Process, wanted: Wanted): Promise<Display> {
  const { stdin, stdout, env } = process;
  const write = (text: string): void => void stdout.write(text);
  if (wanted.isJson) return (await import("./ui/ndjson.ts")).ndjsonDisplay(write, () => new Date());
  const paint = paintFor(stdout, wanted.hasColors);
  const isWatched = stdin.isTTY && stdout.isTTY && !env["CI"] && env["TERM"] !== "dumb";
  if (!isWatched || wanted.isPlain) return (await import("./ui/plain.ts")).plainDisplay(write, paint);
  const [{ terminalDisplay }, { openTty }, { openInBrowser }] = await Promise.all([
    import("./ui/terminal.ts"),
    import("./ui/tty.ts"),
    import("./ui/browser.ts"),
  ]);
  return terminalDisplay({
    tty: openTty(process),
    write,
    paint,
    platform: platformName(wanted.root),
    nowMs: () => performance.now(),
    open: (url) => openInBrowser(systemExec, process.platform, url),
  });
}

const NAME = /^\s*\{\s*(?:"\$schema":\s*"[^"]*",\s*)?"name":\s*"([\w.-]+)"/;

/** Before the registry has been read; nothing where it is not plain to see. */
function platformName(root: string): string {
  try {
    return NAME.exec(readFileSync(join(root, "services.json"), "utf8"))?.[1] ?? "";
  } catch {
    return "";
  }
}
