import { execFile } from "node:child_process";

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** What a program printed; rejects with everything that it said on any other exit code than 0. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const env = { ...process.env, ...options.env };
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, { env, maxBuffer: 64 * 2 ** 20 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${program} ${args.slice(0, 4).join(" ")}\n${stdout}${stderr}`, { cause: error }));
      else resolve(stdout.trim());
    });
    child.stdin?.end(options.input);
  });
}
