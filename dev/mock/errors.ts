/** A refusal in vLLM's words: `type` is `BadRequestError`, `NotFoundError` or an HTTP phrase. */
export class ApiError extends Error {
  readonly status: number;
  readonly type: string;
  readonly param: string | null;

  constructor(status: number, type: string, message: string, param: string | null = null) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.type = type;
    this.param = param;
  }
}

/** A request whose shape is wrong. vLLM checks shapes with pydantic and answers 400 where FastAPI would say 422. */
export function invalidRequest(message: string, param: string | null = null): ApiError {
  return new ApiError(400, "Bad Request", message, param);
}
