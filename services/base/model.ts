import type { Dependency } from "./dependencies.ts";
import { textFrom } from "./environment.ts";
import type { Environment } from "./environment.ts";
import { HttpError } from "./errors.ts";

/** A model that vLLM serves. The client of its API is the service's own: `new OpenAI(model.client)`. */
export interface Model {
  readonly name: string;
  readonly client: { baseURL: string; apiKey: string; maxRetries: number; timeout: number };
  readonly dependency: Dependency;
}

/** `VLLM_URL` (without /v1) and `MODEL_NAME` (mage-chat). */
export function modelFrom(env: Environment): Model {
  const url = textFrom(env, "VLLM_URL").replace(/\/+$/, "");
  return {
    name: env["MODEL_NAME"] || "mage-chat",
    // vLLM asks for no key, but its clients insist on one. Milliseconds until an answer begins.
    client: { baseURL: `${url}/v1`, apiKey: "none", maxRetries: 1, timeout: 60_000 },
    dependency: serverDependency("vllm", `${url}/health`),
  };
}

/** Ready when `GET url` is answered with 2xx. */
export function serverDependency(name: string, url: string): Dependency {
  const check = async (signal: AbortSignal) => {
    const response = await fetch(url, { signal });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`${name} answered ${response.status}`);
  };
  return { name, check };
}

/** What to throw when a call to the model rejects. */
export function modelFailed(cause: unknown): HttpError {
  return new HttpError(502, "model_failed", "the model did not answer", { cause });
}

/** For the `catch` of a call to the model. */
export function failModel(cause: unknown): never {
  throw modelFailed(cause);
}
