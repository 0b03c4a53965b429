import type { IncomingMessage } from "node:http";
import { itemsOf } from "./items.ts";
import { setTimeout as sleep } from "node:timers/promises";
import type { Watcher } from "./api.ts";
import { ApiRefused, ApiUnreachable } from "./errors.ts";
import { eachLine, messageOf } from "./lines.ts";
import { ask, open } from "./request.ts";
import type { Transport } from "./transport.ts";

type Query = Readonly<Record<string, string>>;

/** The API ends a watch by itself after this time, between 5 and 10 minutes by default; then it is taken up where it was. */
const WATCH_SECONDS = 290;
const PAGE_SIZE = "500";
const FIRST_WAIT_MS = 50;
const LAST_WAIT_MS = 1000;

/** See `KubeApi.watch`. `onReach` hears after each try whether the API has answered. */
export async function watchCollection(
  transport: Transport,
  path: string,
  query: Query,
  watcher: Watcher,
  signal: AbortSignal,
  onReach: (error: ApiUnreachable | null) => void,
): Promise<void> {
  /** Null: all of it must be listed. */
  let version: string | null = null;
  let waitMs = 0;
  while (!signal.aborted) {
    try {
      const startMs = performance.now();
      version ??= await list(transport, path, query, watcher, signal);
      const response = await begin(transport, path, query, version, signal);
      onReach(null);
      version = response && (await follow(response, version, watcher, signal));
      // Whatever lasted was well; what ends at once, and again and again, must not keep this machine busy.
      waitMs = performance.now() - startMs > LAST_WAIT_MS ? 0 : nextWait(waitMs);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiUnreachable) onReach(error);
      else if (error instanceof ApiRefused) onReach(null);
      else throw error;
      waitMs = nextWait(waitMs);
    }
    if (waitMs > 0) await sleep(waitMs, undefined, { signal }).catch(() => undefined);
  }
}

/** 50 ms, and twice as long each time. */
function nextWait(waitMs: number): number {
  return waitMs === 0 ? FIRST_WAIT_MS : Math.min(2 * waitMs, LAST_WAIT_MS);
}

interface Page {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly object[];
}

/** All of it, told only when all of it is there; returns the version from which on to watch. */
async function list(
  transport: Transport,
  path: string,
  query: Query,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<string> {
  const pages: Page[] = [];
  for (let next: string | undefined = ""; next !== undefined; next = pages.at(-1)?.metadata.continue || undefined) {
    const more = next === "" ? {} : { continue: next };
    const { status, body } = await ask(transport, "GET", path, {
      query: { ...query, limit: PAGE_SIZE, ...more },
      signal,
    });
    if (status !== 200) throw new ApiRefused(status, messageOf(body));
    pages.push(body as Page);
  }
  watcher.onList();
  // Objects of a list do not say what they are.
  for (const { apiVersion, kind, ...page } of pages)
    for (const item of itemsOf<object>(page))
      watcher.onEvent("ADDED", { apiVersion, kind: kind.replace(/List$/, ""), ...item });
  return pages[0]?.metadata.resourceVersion ?? "";
}

/** The API's answer to a watch, which goes on; null when it has forgotten that version. */
async function begin(
  transport: Transport,
  path: string,
  query: Query,
  from: string,
  signal: AbortSignal,
): Promise<IncomingMessage | null> {
  const watch = { watch: "1", allowWatchBookmarks: "true", timeoutSeconds: String(WATCH_SECONDS) };
  const response = await open(transport, "GET", path, { query: { ...query, ...watch, resourceVersion: from }, signal });
  if (response.statusCode === 200) return response;
  response.resume();
  if (response.statusCode === 410) return null;
  throw new ApiRefused(response.statusCode ?? 0, `the watch of ${path} is refused`);
}

/** Until the API ends it. Returns the version from which on to go on; null when the API has forgotten it. */
async function follow(
  response: IncomingMessage,
  from: string,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<string | null> {
  let version: string | null = from;
  await eachLine(response, (line) => {
    if (version !== null && !signal.aborted) version = readEvent(line, version, watcher);
  });
  return version;
}

interface Event {
  readonly type: string;
  readonly object: { readonly metadata?: { readonly resourceVersion?: string }; readonly code?: number };
}

/** Tells an event; returns the version after it, null when the API has forgotten where we were. */
function readEvent(line: string, version: string, watcher: Watcher): string | null {
  const { type, object } = JSON.parse(line) as Event;
  // Whatever the error is, a new list is its cure; 410 Gone is the usual one.
  if (type === "ERROR") return null;
  if (type === "ADDED" || type === "MODIFIED" || type === "DELETED") watcher.onEvent(type, object);
  return object.metadata?.resourceVersion ?? version;
}
