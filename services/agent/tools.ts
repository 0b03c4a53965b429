import type { Peer } from "../base/peer.ts";
import type { Redis } from "../base/redis.ts";
import { parsed, serial, text, Type } from "../base/schema.ts";
import type { Schema, Static } from "../base/schema.ts";
import type { User } from "../base/users.ts";
import { calculate } from "./calculate.ts";
import { memoryOf } from "./memory.ts";

/** On whose behalf a tool is used, and until when. */
export interface Use {
  readonly user: User;
  readonly signal: AbortSignal;
}

export interface Tool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema. */
  readonly parameters: Schema;
  /** `json` is what the model wrote: rejects when it does not fit the parameters. */
  use(json: string, use: Use): Promise<unknown>;
}

interface Conversation {
  readonly title: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

export function toolsOf(core: Peer, redis: Redis): Tool[] {
  return [
    tool("list_conversations", "The user's conversations, newest first.", nothing, (_none, use) =>
      core.request("GET", "/conversations?limit=20", use),
    ),
    tool("read_conversation", "What was said in one conversation.", Type.Object({ id: serial }, strict), (given, use) =>
      readConversation(core, given.id, use),
    ),
    tool("remember", "Keeps something for later tasks.", remembered, async ({ key, value }, { user }) => {
      await memoryOf(redis, user.name).remember(key, value);
      return { remembered: key };
    }),
    tool("recall", "All that was remembered.", nothing, (_none, { user }) => memoryOf(redis, user.name).recall()),
    tool("calculate", "The value of an expression: numbers, + - * / % ^ ( ).", expression, async (given) => ({
      value: calculate(given.expression),
    })),
  ];
}

const strict = { additionalProperties: false };
const nothing = Type.Object({}, strict);
const remembered = Type.Object({ key: text(100), value: text(2_000) }, strict);
const expression = Type.Object({ expression: text(200) }, strict);

function tool<Parameters extends Schema>(
  name: string,
  description: string,
  parameters: Parameters,
  run: (given: Static<Parameters>, use: Use) => Promise<unknown>,
): Tool {
  const use = async (json: string, context: Use) => {
    // A model with nothing to say may write nothing at all.
    const given = parsed(parameters, json === "" ? "{}" : json);
    if (given === undefined) throw new Error(`the arguments do not fit the parameters of ${name}`);
    return run(given, context);
  };
  return { name, description, parameters, use };
}

async function readConversation(core: Peer, id: number, use: Use) {
  const { title, messages } = await core.request<Conversation>("GET", `/conversations/${id}?limit=30`, use);
  return { title, messages: messages.map(({ role, content }) => ({ role, content: content.slice(0, 1_000) })) };
}
