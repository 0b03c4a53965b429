import { UserError, isNodeError, userError } from "../../tools/lib/errors.ts";

/** No answer from the Docker engine: it is away, or was restarted while it worked. Worth another try. */
export class EngineUnreachable extends UserError {
  constructor(cause: Error) {
    super([
      {
        code: "ENGINE_UNREACHABLE",
        severity: "error",
        where: "Docker engine",
        message: `it does not answer: ${cause.message}`,
        fix: "start Docker; the session goes on by itself when it answers",
      },
    ]);
    this.name = "EngineUnreachable";
    this.cause = cause;
  }
}

/** What a call to the engine has failed of, for whoever sees it: away, or what it says itself. */
export function engineFailure(error: unknown): unknown {
  if (error instanceof UserError || !(error instanceof Error)) return error;
  if (isConnectionError(error)) return new EngineUnreachable(error);
  return userError("ENGINE_FAILED", "Docker engine", error.message, "look whether Docker runs: docker version");
}

/** That we cannot reach the engine: it was stopped, say. What it says itself has no code of the system. */
export function isConnectionError(error: unknown): error is NodeJS.ErrnoException {
  return isNodeError(error) && /^(ECONN|ENOENT|EPIPE|ETIMEDOUT|EACCES)/.test(String(error.code));
}

/**
 * What BuildKit says of a build that has lost one of its two connections to us, or its own worker: nothing that stands in a
 * Dockerfile can say it.
 */
export function isLostConnection(buildError: string): boolean {
  return /^(failed to solve: )?(rpc error: code = Unavailable|no active session for|.*error reading from server: EOF|context canceled$)/.test(
    buildError,
  );
}
