import { tokensOf } from "../words/tokens.ts";

export interface Limits {
  readonly maxTokens: number;
  readonly stop: readonly string[];
  /** Whether the text keeps the stop string that ended it. */
  readonly includeStop?: boolean;
}

export interface Cut {
  readonly tokens: readonly string[];
  readonly finishReason: "stop" | "length";
  /** The stop string that ended it. */
  readonly stopReason: string | null;
}

/** The text as far as it is let: up to the first stop string, and no more tokens than asked for. */
export function cut(text: string, { maxTokens, stop, includeStop = false }: Limits): Cut {
  const end = firstStop(text, stop);
  const all = tokensOf(end === undefined ? text : text.slice(0, end.at + (includeStop ? end.stop.length : 0)));
  const tokens = all.slice(0, maxTokens);
  if (tokens.length < all.length) return { tokens, finishReason: "length", stopReason: null };
  return { tokens, finishReason: "stop", stopReason: end?.stop ?? null };
}

function firstStop(text: string, stops: readonly string[]): { at: number; stop: string } | undefined {
  const found = stops.filter((stop) => stop !== "").map((stop) => ({ at: text.indexOf(stop), stop }));
  return found.filter(({ at }) => at !== -1).toSorted((a, b) => a.at - b.at)[0];
}
