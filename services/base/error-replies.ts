import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { HttpError } from "./errors.ts";

// Every refusal has one form, whoever refuses: `{error: {code, message}}`.

/** What a handler threw, as an answer: an `HttpError` as it is, a wrong request as 4xx, anything else as 500. */
export function answerError(
  error: FastifyError | HttpError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { status, code, message, headers } = error instanceof HttpError ? error : refusalOf(error);
  if (status >= 500) request.log.error({ err: error }, "unexpected failure");
  return reply.status(status).headers(headers).send({ error: { code, message } });
}

export function answerNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const message = `nothing is at ${request.method} ${request.url.split("?")[0]}`;
  return reply.status(404).send({ error: { code: "not_found", message } });
}

// Fastify's own refusals, by its codes: https://fastify.dev/docs/latest/Reference/Errors/
const codes: Readonly<Record<string, string>> = {
  FST_ERR_BAD_URL: "invalid_path",
  FST_ERR_CTP_BODY_TOO_LARGE: "body_too_large",
  FST_ERR_CTP_EMPTY_JSON_BODY: "invalid_json",
  FST_ERR_CTP_INVALID_JSON_BODY: "invalid_json",
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "unsupported_media_type",
  FST_ERR_VALIDATION: "invalid_request",
};

function refusalOf(error: FastifyError): Pick<HttpError, "status" | "code" | "message" | "headers"> {
  if (isRedisGone(error)) return redisGone;
  const status = error.statusCode ?? 500;
  if (status < 400 || status >= 500) return unexpected;
  return { status, code: codes[error.code] ?? "refused", message: error.message, headers: {} };
}

// ioredis gives a command up when it cannot connect, gets no answer, or is just being closed.
function isRedisGone({ name, message }: Error): boolean {
  return name === "MaxRetriesPerRequestError" || /^(Command timed out|Connection is closed\.)$/.test(message);
}

const redisGone = { status: 503, code: "redis_unavailable", message: "Redis does not answer", headers: {} };
const unexpected = { status: 500, code: "internal", message: "an unexpected failure; see the log", headers: {} };
