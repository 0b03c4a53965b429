import type { Peer, PeerOptions } from "../base/peer.ts";
import { parsed, serial, Type } from "../base/schema.ts";
import type { Schema, Static } from "../base/schema.ts";

/** On whose behalf tools are used, and until when. */
export type Use = Required<Pick<PeerOptions, "user" | "signal">>;

/** One call of a tool, and what came of it; `{error}` when it failed. Arguments that do not fit are as the model wrote them. */
export interface Step {
  readonly tool: string;
  readonly arguments: unknown;
  readonly result: unknown;
}

const resultCharacters = 8_000;
const strict = { additionalProperties: false };

/** As OpenAI's client runs them; `record` is told of every call. */
export function toolsOf(core: Peer, use: Use, record: (step: Step) => void) {
  const tool = <Parameters extends Schema>(
    name: string,
    description: string,
    parameters: Parameters,
    run: (given: Static<Parameters>) => Promise<unknown>,
  ) => {
    const call = async (json: string) => {
      // A model with nothing to say may write nothing at all.
      const given = parsed(parameters, json === "" ? "{}" : json);
      const ran = given === undefined ? Promise.reject(new Error(`${name} takes other arguments`)) : run(given);
      // A tool that fails is for the model to deal with: it may ask in another way, or say that it does not know.
      const result = await ran.catch((error: Error) => ({ error: error.message }));
      record({ tool: name, arguments: given ?? json, result });
      return JSON.stringify(result).slice(0, resultCharacters);
    };
    return {
      type: "function" as const,
      function: { name, description, parameters: { ...parameters }, function: call },
    };
  };
  return [
    tool("list_conversations", "The user's conversations, newest first.", Type.Object({}, strict), () =>
      core.request("GET", "/conversations?limit=20", use),
    ),
    tool("read_conversation", "What was said in one conversation.", Type.Object({ id: serial }, strict), ({ id }) =>
      core.request("GET", `/conversations/${id}?limit=30`, use),
    ),
  ];
}
