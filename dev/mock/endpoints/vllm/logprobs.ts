import { fingerprint } from "../../words/fingerprint.ts";

// Made up, but as they must be: at most 0, the chosen token's the greatest, the same for the same token and place.

interface Candidate {
  readonly token: string;
  readonly logprob: number;
}

/** `ChatCompletionLogProbs` of vllm/entrypoints/openai/protocol.py. */
export function chatLogprobs(tokens: readonly string[], top: number, from = 0) {
  return {
    content: tokens.map((token, index) => {
      const candidates = candidatesOf(token, from + index, top);
      return {
        ...withBytes(candidates[0] ?? { token, logprob: 0 }),
        top_logprobs: candidates.slice(0, top).map(withBytes),
      };
    }),
  };
}

/** `CompletionLogProbs` of the same file: lists side by side. `offset`: characters before the first token. */
export function completionLogprobs(tokens: readonly string[], top: number, from = 0, offset = 0) {
  const all = tokens.map((token, index) => candidatesOf(token, from + index, top));
  const offsets = tokens.map((_, index) => offset + tokens.slice(0, index).join("").length);
  return {
    text_offset: offsets,
    token_logprobs: all.map(([chosen]) => chosen?.logprob ?? 0),
    tokens,
    top_logprobs: all.map((candidates) =>
      Object.fromEntries(candidates.slice(0, Math.max(top, 1)).map(({ token, logprob }) => [token, logprob])),
    ),
  };
}

const others = [
  " the",
  " a",
  " and",
  " of",
  ",",
  ".",
  " to",
  " in",
  " is",
  " it",
  " for",
  " on",
  " as",
  " at",
  " by",
  " an",
  " be",
  " or",
  " so",
  " we",
  " no",
];

function candidatesOf(token: string, position: number, top: number): Candidate[] {
  const logprob = -(Number.parseInt(fingerprint(token, position).slice(0, 4), 16) / 0xff_ff) / 2;
  const rest = others.filter((other) => other !== token).slice(0, Math.max(0, top - 1));
  return [{ token, logprob }, ...rest.map((other, index) => ({ token: other, logprob: logprob - 1 - index / 2 }))];
}

function withBytes({ token, logprob }: Candidate) {
  return { token, logprob, bytes: [...Buffer.from(token)] };
}
