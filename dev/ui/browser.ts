import { setTimeout as sleep } from "node:timers/promises";
import { userError } from "../../tools/lib/errors.ts";
import type { Exec } from "../../tools/lib/exec.ts";

// Who has said nothing by then shows the address.
const PATIENCE_MS = 10_000;

/** Opens an address in the browser that the user has chosen. Rejects with a `UserError` where there is none. */
export async function openInBrowser(
  exec: Exec,
  platform: NodeJS.Platform,
  url: string,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const [program, ...args] = openerOf(platform);
  // Without a desktop xdg-open ends only with the browser that it has started, and is not to be stopped.
  const opener = exec.run(program, [...args, url]);
  const { exitCode, stderr } = await Promise.race([opener, sleep(patienceMs, STILL_OPEN, { ref: false })]);
  if (exitCode !== 0)
    throw userError(
      "BROWSER_FAILED",
      program,
      stderr.split("\n")[0] || `exit code ${exitCode}`,
      `open ${url} yourself`,
    );
}

const STILL_OPEN = { exitCode: 0, stderr: "" };

function openerOf(platform: NodeJS.Platform): [string, ...string[]] {
  if (platform === "darwin") return ["open"];
  // The first argument in quotes would be a window's title.
  return platform === "win32" ? ["cmd", "/c", "start", ""] : ["xdg-open"];
}
