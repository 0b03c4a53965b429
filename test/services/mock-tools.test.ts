import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import OpenAI from "openai";
import type {
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionMessageParam,
} from "openai/resources/chat/completions";
import { Ajv } from "ajv";
import { cleanupAtTheEnd } from "./cleanup.ts";
import { startMock } from "./mock-server.ts";

const weather = {
  type: "function" as const,
  function: {
    name: "get_weather",
    description: "The weather at a place",
    parameters: {
      type: "object",
      properties: {
        city: { type: "string" },
        unit: { enum: ["celsius", "fahrenheit"] },
        days: { type: "integer", minimum: 1, maximum: 7 },
      },
      required: ["city", "unit"],
      additionalProperties: false,
    },
  },
};
const search = {
  type: "function" as const,
  function: {
    name: "search_documents",
    description: "Finds passages in documents",
    parameters: { type: "object", properties: { query: { type: "string" } }, required: ["query"] },
  },
};
const tools = [search, weather];
const asking: ChatCompletionMessageParam[] = [
  { role: "user", content: "What is the weather like in Cape Town for 3 days, in fahrenheit?" },
];

describe("tools, formats and passages", () => {
  const cleanup = cleanupAtTheEnd();
  let client: OpenAI;

  before(async () => {
    client = new OpenAI({ baseURL: `${await startMock(cleanup)}/v1`, apiKey: "none", maxRetries: 0 });
  });

  const ask = (request: Omit<ChatCompletionCreateParamsNonStreaming, "model">) =>
    client.chat.completions.create({ model: "mage-chat", ...request });

  test("the tool whose words the question shares is called, with what the question says", async () => {
    const { choices } = await ask({ messages: asking, tools });
    assert.equal(choices[0]?.finish_reason, "tool_calls");
    assert.equal(choices[0].message.content, null);
    const [call] = choices[0].message.tool_calls ?? [];
    assert.ok(call?.type === "function");
    assert.match(call.id, /^chatcmpl-tool-[0-9a-f]{32}$/);
    assert.equal(call.function.name, "get_weather");
    const given: unknown = JSON.parse(call.function.arguments);
    assert.deepEqual(given, { city: "Cape Town", unit: "fahrenheit", days: 3 });
    assert.ok(new Ajv().validate(weather.function.parameters, given));
  });

  test("a streamed call is the same call", async () => {
    const whole = await ask({ messages: asking, tools });
    const gathered = await client.chat.completions
      .stream({ model: "mage-chat", messages: asking, tools })
      .finalChatCompletion();
    const calls = (answer: typeof whole) =>
      answer.choices[0]?.message.tool_calls?.map(({ id, type, ...rest }) => ({ id, type, ...rest }));
    const plain = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value, (key, inner: unknown) => (key === "parsed_arguments" ? undefined : inner)));
    assert.deepEqual(plain(calls(gathered)), calls(whole));
    assert.equal(gathered.choices[0]?.finish_reason, "tool_calls");
  });

  test("after the tool's answer there are words, so a loop ends", async () => {
    const {
      choices: [first],
    } = await ask({ messages: asking, tools });
    assert.ok(first);
    const call = first.message.tool_calls?.[0];
    const answered: ChatCompletionMessageParam[] = [
      ...asking,
      first.message,
      { role: "tool", tool_call_id: call?.id ?? "", content: "24 degrees, no wind" },
    ];
    const { choices } = await ask({ messages: answered, tools });
    assert.equal(choices[0]?.message.content, "The tool answered: 24 degrees, no wind");
    assert.equal(choices[0].finish_reason, "stop");
  });

  test("none calls nothing, nor does auto where no word is shared; required and a name always call", async () => {
    const called = async (request: Partial<ChatCompletionCreateParamsNonStreaming>) => {
      const { choices } = await ask({ messages: [{ role: "user", content: "Good morning" }], tools, ...request });
      return [
        choices[0]?.finish_reason,
        choices[0]?.message.tool_calls?.map((call) => (call.type === "function" ? call.function.name : "")),
      ];
    };
    assert.deepEqual(await called({ messages: asking, tool_choice: "none" }), ["stop", []]);
    assert.deepEqual(await called({}), ["stop", []]);
    // vLLM's reason is `stop` where the request left no choice.
    assert.deepEqual(await called({ tool_choice: "required" }), ["stop", ["search_documents"]]);
    const named = { type: "function", function: { name: "get_weather" } } as const;
    assert.deepEqual(await called({ tool_choice: named }), ["stop", ["get_weather"]]);
  });

  test("a JSON Schema is kept to, and what answers holds the answer", async () => {
    const schema = {
      type: "object",
      properties: { answer: { type: "string" }, score: { type: "number", minimum: 0, maximum: 1 } },
      required: ["answer", "score"],
      additionalProperties: false,
    };
    const format = { type: "json_schema", json_schema: { name: "answer", schema, strict: true } } as const;
    const { choices } = await ask({ messages: asking, response_format: format });
    const given = JSON.parse(choices[0]?.message.content ?? "") as { answer: string };
    assert.ok(new Ajv().validate(schema, given));
    assert.match(given.answer, /^You asked: "What is the weather/);
    const { choices: plain } = await ask({ messages: asking, response_format: { type: "json_object" } });
    assert.deepEqual(Object.keys(JSON.parse(plain[0]?.message.content ?? "") as object), ["answer"]);
  });

  test("the passage that answers best is quoted with its number", async () => {
    const system =
      "Answer from these passages.\n\n[1] The light was built in 1810. It is painted red.\n[2] Ships enter the harbour from the west.\nThe pilot boards at the buoy.\n[3] The town has two schools.";
    const answer = async (question: string) => {
      const { choices } = await ask({
        messages: [
          { role: "system", content: system },
          { role: "user", content: question },
        ],
      });
      return choices[0]?.message.content;
    };
    assert.equal(await answer("From where do ships enter?"), "Ships enter the harbour from the west. [2]");
    assert.equal(await answer("Which colour is it painted?"), "It is painted red. [1]");
    assert.equal(await answer("How many schools are there?"), "The town has two schools. [3]");
    assert.equal(await answer("Who wrote Hamlet?"), "None of the passages answers this.");
  });

  test("passages may stand in the question itself", async () => {
    const content = "[1] Bread is baked at five.\n[2] Milk comes at six.\n\nWhen does the milk come?";
    const { choices } = await ask({ messages: [{ role: "user", content }] });
    assert.equal(choices[0]?.message.content, "Milk comes at six. [2]");
  });
});
