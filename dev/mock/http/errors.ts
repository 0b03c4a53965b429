/**
 * A refusal. Each API has its own body for it (respond.ts); `type` is vLLM's: `BadRequestError`, `NotFoundError` or an
 * HTTP phrase. (vLLM 0.11 has `param` in its `ErrorInfo` and never sets it.)
 */
export class ApiError extends Error {
  readonly status: number;
  readonly type: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, type: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.type = type;
    this.headers = headers;
  }
}

/** The client went away while its answer was on the way: nobody is left to tell. */
export class ClientGone extends Error {}

/** A request whose shape is wrong. vLLM checks shapes with pydantic and answers 400 where FastAPI would say 422. */
export function invalidRequest(message: string): ApiError {
  return new ApiError(400, "Bad Request", message);
}

/** A request of the right shape that the engine refuses (`create_error_response` in vllm/entrypoints/openai/serving_engine.py). */
export function badRequest(message: string): ApiError {
  return new ApiError(400, "BadRequestError", message);
}
