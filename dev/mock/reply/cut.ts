import { eachToken } from "../words/tokens.ts";

export interface Limits {
  readonly maxTokens: number;
  readonly stop: readonly string[];
  /** Whether the text keeps the stop string that ended it. */
  readonly includeStop?: boolean;
}

export interface Cut {
  readonly text: string;
  /** Of the text, whose tokens are those that `eachToken` gives. */
  readonly tokenCount: number;
  readonly finishReason: "stop" | "length";
  /** The stop string that ended it. */
  readonly stopReason: string | null;
}

/** The text as far as it is let: up to the first stop string, and no more tokens than asked for. */
export function cut(text: string, { maxTokens, stop, includeStop = false }: Limits): Cut {
  const end = firstStop(text, stop);
  const all = end === undefined ? text : text.slice(0, end.at + (includeStop ? end.stop.length : 0));
  let tokenCount = 0;
  let length = 0;
  for (const token of eachToken(all)) {
    if (tokenCount === maxTokens) {
      return { text: all.slice(0, length), tokenCount, finishReason: "length", stopReason: null };
    }
    tokenCount += 1;
    length += token.length;
  }
  return { text: all, tokenCount, finishReason: "stop", stopReason: end?.stop ?? null };
}

function firstStop(text: string, stops: readonly string[]): { at: number; stop: string } | undefined {
  const found = stops.filter((stop) => stop !== "").map((stop) => ({ at: text.indexOf(stop), stop }));
  return found.filter(({ at }) => at !== -1).toSorted((a, b) => a.at - b.at)[0];
}
