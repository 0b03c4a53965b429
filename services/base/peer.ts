import type { Dependency } from "./dependencies.ts";
import { HttpError } from "./errors.ts";
import { serverDependency } from "./model.ts";

/** Another service of the platform. */
export interface Peer {
  readonly dependency: Dependency;
  /**
   * The JSON of its answer. What it refuses (4xx) is passed on as it is; rejects with `HttpError` 502
   * when it fails, 503 when it cannot be reached.
   */
  request<Answer>(method: "GET" | "POST" | "PUT" | "DELETE", path: string, options?: PeerOptions): Promise<Answer>;
}

export interface PeerOptions {
  /** On whose behalf: the token goes along. */
  readonly user?: { readonly token: string };
  /** Sent as JSON, but for a form. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** Until the whole answer is there; 20 s when left out. */
  readonly timeoutMs?: number;
}

/** Depended on as long as it lives, ready or not: one that waits for another is no reason for its callers to leave as well. */
export function connectPeer(name: string, url: string, healthPath = "/health/live"): Peer {
  const base = url.replace(/\/+$/, "");
  return {
    request: async <Answer>(method: string, path: string, options: PeerOptions = {}) => {
      const response = await fetch(`${base}${path}`, requestOf(method, options)).catch((cause: unknown) => {
        throw new HttpError(503, `${name}_unavailable`, `${name} does not answer`, { cause });
      });
      const text = await response.text();
      if (!response.ok) throw refusal(name, response.status, text);
      return (text === "" ? undefined : JSON.parse(text)) as Answer;
    },
    dependency: serverDependency(name, `${base}${healthPath}`),
  };
}

function requestOf(method: string, { user, body, signal, timeoutMs = 20_000 }: PeerOptions): RequestInit {
  const limit = AbortSignal.timeout(timeoutMs);
  const isForm = body instanceof FormData;
  return {
    method,
    headers: {
      ...(user && { authorization: `Bearer ${user.token}` }),
      ...(body !== undefined && !isForm && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
  };
}

function refusal(name: string, status: number, text: string): HttpError {
  const cause = new Error(`${name} answered ${status}: ${text.slice(0, 500)}`);
  if (status >= 500) return new HttpError(502, `${name}_failed`, `${name} failed`, { cause });
  const { code, message } = refusedWith(text);
  return new HttpError(status, code ?? `${name}_refused`, message ?? `${name} refused`, { cause });
}

function refusedWith(text: string): { code?: string; message?: string } {
  try {
    return (JSON.parse(text) as { error?: { code?: string; message?: string } }).error ?? {};
  } catch {
    return {};
  }
}
