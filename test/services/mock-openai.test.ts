import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import OpenAI, {
  APIConnectionTimeoutError,
  APIUserAbortError,
  BadRequestError,
  NotFoundError,
  RateLimitError,
} from "openai";
import { cleanupAtTheEnd } from "./cleanup.ts";
import { eventually } from "./docker.ts";
import { startMock, wav } from "./mock-server.ts";

// What OpenAI's own client for Node makes of each endpoint.
describe("the client openai", () => {
  const cleanup = cleanupAtTheEnd();
  let client: OpenAI;
  const messages = [{ role: "user" as const, content: "Where is the harbour?" }];

  before(async () => {
    const rules = [
      {
        when: { contains: "too often" },
        failure: { status: 429, message: "Slow down", retryAfterSeconds: 0 },
        times: 1,
      },
      { when: { contains: "always busy" }, failure: { status: 429 } },
      { when: { contains: "never" }, failure: { timeout: true } as const },
      { when: { contains: "cut off" }, failure: { dropAfterFrames: 3 } },
    ];
    const url = await startMock(cleanup, { models: ["mage-chat", "whisper"], rules });
    client = new OpenAI({ baseURL: `${url}/v1`, apiKey: "none", maxRetries: 0 });
  });

  test("lists models", async () => {
    const names: string[] = [];
    for await (const { id } of client.models.list()) names.push(id);
    assert.deepEqual(names, ["mage-chat", "whisper"]);
  });

  test("chats, whole and streamed alike", async () => {
    const whole = await client.chat.completions.create({ model: "mage-chat", messages });
    assert.match(whole.choices[0]?.message.content ?? "", /^You asked: "Where is the harbour\?"\./);
    const options = { stream: true, stream_options: { include_usage: true } } as const;
    let text = "";
    let used;
    for await (const chunk of await client.chat.completions.create({ model: "mage-chat", messages, ...options })) {
      text += chunk.choices[0]?.delta.content ?? "";
      used = chunk.usage ?? used;
    }
    assert.equal(text, whole.choices[0]?.message.content);
    assert.deepEqual({ ...used, prompt_tokens_details: null }, whole.usage);
  });

  test("chats through the helper that gathers a stream, several choices at once", async () => {
    const stream = client.chat.completions.stream({
      model: "mage-chat",
      messages,
      n: 2,
      logprobs: true,
      top_logprobs: 2,
    });
    const gathered = await stream.finalChatCompletion();
    const whole = await client.chat.completions.create({
      model: "mage-chat",
      messages,
      n: 2,
      logprobs: true,
      top_logprobs: 2,
    });
    const texts = (choices: { message: { content: string | null } }[]) => choices.map(({ message }) => message.content);
    assert.deepEqual(texts(gathered.choices), texts(whole.choices));
    assert.notEqual(texts(whole.choices)[0], texts(whole.choices)[1]);
    const probabilities = whole.choices[0]?.logprobs?.content ?? [];
    assert.equal(probabilities.map(({ token }) => token).join(""), whole.choices[0]?.message.content);
    assert.ok(probabilities.every(({ logprob, top_logprobs: top }) => logprob <= 0 && top.length === 2));
    assert.deepEqual(gathered.choices[0]?.logprobs?.content, probabilities);
  });

  test("stops where it is told to", async () => {
    const { choices } = await client.chat.completions.create({
      model: "mage-chat",
      messages,
      stop: ["never there", " harbour"],
    });
    assert.equal(choices[0]?.message.content, 'You asked: "Where is the');
    assert.equal(choices[0].finish_reason, "stop");
    assert.equal((choices[0] as { stop_reason?: unknown }).stop_reason, " harbour");
  });

  test("completes texts, whole and streamed, for several prompts and choices", async () => {
    const request = { model: "mage-chat", prompt: ["One upon", "A time"], n: 2, max_tokens: 9 };
    const { choices, usage } = await client.completions.create(request);
    assert.deepEqual(
      choices.map(({ index }) => index),
      [0, 1, 2, 3],
    );
    assert.equal(usage?.completion_tokens, 36);
    const streamed = ["", "", "", ""];
    for await (const {
      choices: [choice],
    } of await client.completions.create({ ...request, stream: true })) {
      if (choice !== undefined) streamed[choice.index] += choice.text;
    }
    assert.deepEqual(
      streamed,
      choices.map(({ text }) => text),
    );
    const echoed = await client.completions.create({
      model: "mage-chat",
      prompt: "Say",
      echo: true,
      logprobs: 1,
      max_tokens: 2,
    });
    assert.match(echoed.choices[0]?.text ?? "", /^Say You/);
    assert.deepEqual(echoed.choices[0]?.logprobs?.text_offset, [0, 3, 7]);
    assert.equal(echoed.usage?.completion_tokens, 2);
  });

  test("embeds as numbers and as base64 alike", async () => {
    const request = { model: "mage-chat", input: ["a harbour", "a ship"] };
    const asNumbers = await client.embeddings.create({ ...request, encoding_format: "float" });
    const asDefault = await client.embeddings.create(request); // base64 on the wire
    assert.deepEqual(asDefault.data, asNumbers.data);
    assert.equal(asNumbers.data[0]?.embedding.length, 768);
    assert.equal(asNumbers.usage.prompt_tokens, 5);
    const short = await client.embeddings.create({ ...request, dimensions: 64 });
    assert.equal(short.data[1]?.embedding.length, 64);
  });

  test("transcribes and translates", async () => {
    const file = () => new File([new Uint8Array(wav(4))], "four-seconds.wav");
    const { text } = await client.audio.transcriptions.create({ model: "whisper", file: file() });
    assert.equal(text.split(" ").length, 10);
    const verbose = await client.audio.transcriptions.create({
      model: "whisper",
      file: file(),
      response_format: "verbose_json",
      timestamp_granularities: ["word", "segment"],
    });
    assert.equal(verbose.duration, 4);
    assert.equal(verbose.text, text);
    assert.equal(verbose.words?.length, 10);
    assert.equal(verbose.segments?.at(-1)?.end, 4);
    const translated = await client.audio.translations.create({ model: "whisper", file: file() });
    assert.equal(translated.text, text);
  });

  test("knows the errors by their class", async () => {
    await assert.rejects(client.chat.completions.create({ model: "gpt-9", messages }), (error) => {
      assert.ok(error instanceof NotFoundError);
      assert.equal(error.message, "404 The model `gpt-9` does not exist.");
      return true;
    });
    await assert.rejects(client.chat.completions.create({ model: "mage-chat", messages: [] }), BadRequestError);
    await assert.rejects(
      client.embeddings.create({ model: "mage-chat", input: "x", dimensions: 4096 }),
      BadRequestError,
    );
    const busy = [{ role: "user" as const, content: "always busy" }];
    await assert.rejects(client.chat.completions.create({ model: "mage-chat", messages: busy }), RateLimitError);
  });

  test("tries again after a 429, and succeeds", async () => {
    const busy = [{ role: "user" as const, content: "too often" }];
    const { choices } = await client.chat.completions.create({ model: "mage-chat", messages: busy }, { maxRetries: 1 });
    assert.match(choices[0]?.message.content ?? "", /too often/);
  });

  test("gives up a request that is never answered", async () => {
    const silent = [{ role: "user" as const, content: "never" }];
    const request = client.chat.completions.create({ model: "mage-chat", messages: silent }, { timeout: 200 });
    await assert.rejects(request, APIConnectionTimeoutError);
  });

  test("sees a dropped stream as an error, after what came", async () => {
    const cut = [{ role: "user" as const, content: "cut off" }];
    const stream = await client.chat.completions.create({ model: "mage-chat", messages: cut, stream: true });
    const pieces: string[] = [];
    await assert.rejects(async () => {
      for await (const chunk of stream) pieces.push(chunk.choices[0]?.delta.content ?? "");
    });
    assert.deepEqual(pieces, ["", "You", " asked"]);
  });

  test("may abort a stream half-way, which the server notices", async () => {
    // Slow enough that no two of them ever come together.
    const url = await startMock(cleanup, { tokensPerSecond: 2 });
    const slow = new OpenAI({ baseURL: `${url}/v1`, apiKey: "none", maxRetries: 0 });
    const stop = new AbortController();
    const request = { model: "mage-chat", messages, stream: true } as const;
    const stream = await slow.chat.completions.create(request, { signal: stop.signal });
    let count = 0;
    for await (const _chunk of stream) if (++count === 3) stop.abort();
    assert.equal(count, 3);
    await eventually(async () => {
      const metrics = await (await fetch(`${url}/metrics`)).text();
      assert.match(metrics, /^vllm:request_success_total\{finished_reason="abort",.*\} 1$/m);
      assert.match(metrics, /^vllm:num_requests_running\{.*\} 0$/m);
    });
    const late = slow.chat.completions.create({ model: "mage-chat", messages }, { signal: stop.signal });
    await assert.rejects(late, APIUserAbortError);
  });
});
