import { userError } from "../lib/errors.ts";
import type { Exec, ExecOptions, ExecResult, RunningProgram } from "../lib/exec.ts";

/** kubectl bound to one cluster: whatever is called, it is called there and nowhere else. */
export interface Kubectl {
  /** kubectl's failure is a result, as with `Exec`. */
  run(args: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  start(args: readonly string[], onLine: (line: string) => void, options?: ExecOptions): Promise<RunningProgram>;
  /** The parsed output of `args`, which must ask for JSON. Throws a `UserError` when kubectl fails. */
  json(args: readonly string[], options?: ExecOptions): Promise<unknown>;
}

/** Both flags, always: a `kubectl config use-context` elsewhere must not move a session to another cluster. */
export function kubectlFor(exec: Exec, kubeconfigPath: string, context: string): Kubectl {
  const bound = (args: readonly string[]): string[] => ["--kubeconfig", kubeconfigPath, "--context", context, ...args];
  const run: Kubectl["run"] = (args, options) => exec.run("kubectl", bound(args), options);
  return {
    run,
    start: (args, onLine, options) => exec.start("kubectl", bound(args), onLine, options),
    json: async (args, options) => {
      const result = await run(args, options);
      if (result.exitCode !== 0) throw kubectlFailed(args, result.stderr);
      return JSON.parse(result.stdout) as unknown;
    },
  };
}

/** The error of a call that had to succeed: the command as one would type it, and the last thing that kubectl said. */
export function kubectlFailed(args: readonly string[], stderr: string): Error {
  const last = stderr.trim().split("\n").at(-1) ?? "";
  return userError(
    "KUBECTL_FAILED",
    `kubectl ${args.slice(0, 4).join(" ")}`,
    last === "" ? "kubectl failed without a word" : last,
    fixFor(stderr),
  );
}

function fixFor(stderr: string): string {
  if (/connection refused|no such host|i\/o timeout|was refused/.test(stderr))
    return "start the cluster, then try again";
  if (/Forbidden|Unauthorized|must be logged in/.test(stderr))
    return "sign in to the cluster again, with an account that may do this";
  return "run the command by hand to see all of its output";
}
