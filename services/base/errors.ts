/** An answer the caller is meant to read: `{error: {code, message}}` with this status. */
export class HttpError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    options: { cause?: unknown; headers?: Record<string, string> } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "HttpError";
    this.status = status;
    this.code = code;
    this.headers = options.headers ?? {};
  }
}

/**
 * Why it failed, in one line and down to the root: `fetch` and refused connections keep
 * the interesting part in `cause` and in `errors`, and leave their own message vague or empty.
 */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError && error.message === "") return reasonOf(error.errors[0]);
  const own = error.message === "" ? error.name : error.message;
  return error.cause === undefined ? own : `${own}: ${reasonOf(error.cause)}`;
}
