import { ApiError } from "../http/errors.ts";
import { STATUS_CODES } from "node:http";
import { wait } from "../http/stream.ts";
import type { Pace } from "../http/stream.ts";
import type { Failure, Rule } from "../settings/settings.ts";
import type { Subject } from "../settings/store.ts";
import type { Exchange } from "./endpoint.ts";

/** What the settings say of this request. */
export interface Script {
  readonly rule: Rule | undefined;
  readonly pace: Pace;
}

/** Finds the rule for a request, waits as long as an answer takes, and fails if it is to fail. */
export async function begin(exchange: Exchange, subject: Omit<Subject, "path">): Promise<Script> {
  const { response, store, path } = exchange;
  const rule = store.take({ ...subject, path });
  const { latencyMs, tokensPerSecond } = { ...store.current, ...rule };
  if (latencyMs > 0) await wait(response, latencyMs);
  const { failure } = rule ?? {};
  if (failure !== undefined && "status" in failure) throw refusal(failure);
  if (failure !== undefined && "timeout" in failure) await wait(response, Infinity);
  const dropAfterFrames = failure !== undefined && "dropAfterFrames" in failure ? failure.dropAfterFrames : undefined;
  return { rule, pace: { tokensPerSecond, dropAfterFrames } };
}

/** Waits as long as so many tokens take, for an answer that comes whole. False when it is cut off instead. */
export async function generated({ response }: Exchange, { pace }: Script, tokens = 0): Promise<boolean> {
  if (pace.tokensPerSecond > 0) await wait(response, (tokens * 1000) / pace.tokensPerSecond);
  if (pace.dropAfterFrames === undefined) return true;
  response.destroy();
  return false;
}

function refusal({ status, message, retryAfterSeconds }: Extract<Failure, { status: number }>): ApiError {
  const phrase = STATUS_CODES[status] ?? "Error";
  const headers = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
  return new ApiError(status, status === 500 ? "InternalServerError" : phrase, message ?? phrase, headers);
}
