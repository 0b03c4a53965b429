import { UserError } from "../../../tools/lib/errors.ts";

/** No answer from the API server: it is away, or something between here and there is. */
export class ApiUnreachable extends UserError {
  constructor(server: string, cause: unknown) {
    super([
      {
        code: "CLUSTER_UNREACHABLE",
        severity: "error",
        where: server,
        message: `the API server does not answer: ${reasonOf(cause)}`,
        fix: "start the cluster; the session goes on by itself when it answers",
      },
    ]);
    this.name = "ApiUnreachable";
    this.cause = cause;
  }
}

/** The API has answered, and refuses: `status` as in HTTP, `message` in its own words. */
export class ApiRefused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "ApiRefused";
    this.status = status;
  }
}

/** Nothing listens on the port of the pod. No byte that was written has reached anybody. */
export class ConnectionRefused extends Error {
  constructor(where: string, message: string) {
    super(`${where}: ${message}`);
    this.name = "ConnectionRefused";
  }
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  // An AggregateError of both address families has no message of its own.
  const first = cause instanceof AggregateError ? (cause.errors as readonly unknown[])[0] : undefined;
  return first instanceof Error ? first.message : cause.message || cause.name;
}
