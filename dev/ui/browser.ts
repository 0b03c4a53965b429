import { userError } from "../../tools/lib/errors.ts";
import type { Exec } from "../../tools/lib/exec.ts";

/** Opens an address in the browser that the user has chosen. Rejects with a `UserError` where there is none. */
export async function openInBrowser(exec: Exec, platform: NodeJS.Platform, url: string): Promise<void> {
  const [program, ...args] = openerOf(platform);
  const { exitCode, stderr } = await exec.run(program, [...args, url], { timeoutMs: 10_000 });
  if (exitCode !== 0)
    throw userError(
      "BROWSER_FAILED",
      program,
      stderr.split("\n")[0] || `exit code ${exitCode}`,
      `open ${url} yourself`,
    );
}

function openerOf(platform: NodeJS.Platform): [string, ...string[]] {
  if (platform === "darwin") return ["open"];
  // The first argument in quotes would be a window's title.
  return platform === "win32" ? ["cmd", "/c", "start", ""] : ["xdg-open"];
}
