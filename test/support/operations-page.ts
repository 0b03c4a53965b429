import assert from "node:assert/strict";
import { spawn } from "node:child_process";

/** The first shell block below a heading of an operators' page; its number does not matter. */
export function blockBelow(page: string, title: string): string {
  const block = new RegExp(`^## (?:\\d+\\. )?${title}\\n[^]*?\`\`\`sh\\n([^]*?)\\n\`\`\``, "m").exec(page)?.[1];
  assert.ok(block !== undefined, title);
  return block;
}

export interface BlockOptions {
  readonly cwd: string;
  /** The folder of values is looked for there, and curl's settings. */
  readonly home: string;
  readonly kubeconfig: string;
  /** Everything that it started is ended then. */
  readonly timeoutMs?: number;
}

/** Runs a block as it stands. */
export function runBlock(
  script: string,
  { cwd, home, kubeconfig, timeoutMs = 300_000 }: BlockOptions,
): Promise<{ readonly status: number | null; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, KUBECONFIG: kubeconfig, HOME: home, CURL_HOME: home };
    const child = spawn("sh", ["-c", script], { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += String(chunk)));
    const late = setTimeout(() => process.kill(-(child.pid ?? 0), "SIGKILL"), timeoutMs);
    child.on("error", reject).on("close", (status) => {
      clearTimeout(late);
      resolve({ status, text });
    });
  });
}
