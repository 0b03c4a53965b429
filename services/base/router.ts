import { HttpError } from "./errors.ts";

/** What a handler sees of a request. */
export interface Incoming {
  /** The `:name` segments of the route's path, decoded, never empty. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The body as JSON; rejects with an `HttpError` when it is none, or too large. */
  readJson(): Promise<unknown>;
}

/** What a handler answers. A `body` is sent as JSON; without one the answer is empty. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface Route {
  readonly method: string;
  /** Fixed segments and `:name` segments: `/questions/:id`. */
  readonly path: string;
  /** Logged at debug only: probes come every few seconds. */
  readonly quiet?: true;
  handle(incoming: Incoming): Reply | Promise<Reply>;
}

export interface Match {
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * The first route for this method and path; HEAD is answered as GET is, without the body.
 * Throws `HttpError` 404 for an unknown path and 405 (with `allow`) for a known one.
 */
export function matchRoute(routes: readonly Route[], method: string, pathname: string): Match {
  const here = routes.flatMap((route) => {
    const parameters = parametersOf(route.path, pathname);
    return parameters === undefined ? [] : [{ route, parameters }];
  });
  const wanted = method === "HEAD" ? "GET" : method;
  const found = here.find(({ route }) => route.method === wanted);
  if (found !== undefined) return found;
  if (here.length === 0) throw new HttpError(404, "not_found", `nothing is at ${pathname}`);
  const allow = here.map(({ route }) => route.method).join(", ");
  throw new HttpError(405, "method_not_allowed", `${pathname} answers ${allow}`, {
    headers: { allow },
  });
}

function parametersOf(path: string, pathname: string): Record<string, string> | undefined {
  const pattern = path.split("/");
  const segments = pathname.split("/");
  if (pattern.length !== segments.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const actual = segments[index] ?? "";
    if (expected.startsWith(":") && actual !== "") parameters[expected.slice(1)] = decoded(actual);
    else if (expected !== actual) return undefined;
  }
  return parameters;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (cause) {
    throw new HttpError(400, "invalid_path", `not percent-encoded correctly: ${segment}`, {
      cause,
    });
  }
}
