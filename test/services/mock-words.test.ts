import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { base64Of, embed } from "../../dev/mock/words/embedding.ts";
import { idOf, textOf, tokensOf } from "../../dev/mock/words/tokens.ts";
import { cleanupAtTheEnd } from "./cleanup.ts";
import { post, startMock } from "./mock-server.ts";

describe("tokens", () => {
  const text = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), fc.lorem());
  // A lone surrogate has no bytes in UTF-8; JSON from a client may hold one, a tokenizer never gives it back.
  const wellFormed = text.map((value) => Buffer.from(value).toString());

  test("joined, they are the text; their ids say it; each is at most six bytes", () => {
    fc.assert(
      fc.property(wellFormed, (value) => {
        const tokens = tokensOf(value);
        assert.equal(tokens.join(""), value);
        assert.equal(textOf(tokens.map(idOf)), value);
        assert.ok(
          tokens.every((token) => token !== "" && Buffer.byteLength(token) <= 6 && Number.isSafeInteger(idOf(token))),
        );
      }),
    );
  });

  test("/tokenize counts as usage does, and /detokenize gives the text back", async (context) => {
    const url = await startMock({ after: (action) => context.after(action) });
    const prompt = "Grüße an die Häfen, 你好 🚢\n\n  twice";
    const tokenized = await (await post(`${url}/tokenize`, { prompt, return_token_strs: true })).json();
    const { count, max_model_len, tokens, token_strs } = tokenized as {
      count: number;
      max_model_len: number;
      tokens: number[];
      token_strs: string[];
    };
    assert.deepEqual([count, max_model_len, token_strs.join("")], [tokens.length, 8192, prompt]);
    assert.deepEqual(await (await post(`${url}/detokenize`, { tokens })).json(), { prompt });
    const messages = [{ role: "user", content: prompt }];
    const ofMessages = (await (await post(`${url}/tokenize`, { messages })).json()) as {
      count: number;
      token_strs: null;
    };
    const chat = (await (await post(`${url}/v1/chat/completions`, { messages })).json()) as {
      usage: { prompt_tokens: number };
    };
    assert.deepEqual([ofMessages.count, ofMessages.token_strs], [chat.usage.prompt_tokens, null]);
    const asIds = (await (await post(`${url}/v1/completions`, { prompt: tokens })).json()) as {
      usage: { prompt_tokens: number };
    };
    assert.equal(asIds.usage.prompt_tokens, count);
    assert.equal((await post(`${url}/detokenize`, { tokens: "x" })).status, 400);
  });
});

describe("embeddings", () => {
  const cosine = (a: string, b: string, dimensions = 768) => {
    const [one, other] = [embed(a, dimensions), embed(b, dimensions)];
    return one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);
  };

  test("are unit vectors, whatever the text and the dimensions", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 8, max: 2048 }), (text, dimensions) => {
        const vector = embed(text, dimensions);
        assert.equal(vector.length, dimensions);
        assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-5);
        assert.deepEqual(new Float32Array(Uint8Array.from(Buffer.from(base64Of(vector), "base64")).buffer), vector);
      }),
    );
  });

  test("are near where words are shared: endings, case and accents aside", () => {
    assert.ok(cosine("The ships are entering harbours", "a ship entered the harbour") > 0.9);
    assert.ok(cosine("Crème brûlée", "creme brulee") > 0.999);
    assert.ok(cosine("ships in the harbour", "bread in the oven") < 0.2);
  });

  // Nonsense words of no English ending, so that none is another's stem.
  const word = fc.string({ unit: fc.constantFrom(...Array.from("bcdfghjkmpqrtvwxz")), minLength: 4, maxLength: 8 });
  test("rank a text that shares half of the words above one that shares none, practically always", () => {
    let wrong = 0;
    const runs = 300;
    fc.assert(
      fc.property(fc.uniqueArray(word, { minLength: 20, maxLength: 20 }), (words) => {
        const query = words.slice(0, 6).join(" ");
        const near = words.slice(3, 12).join(" ");
        const far = words.slice(12).join(" ");
        if (cosine(query, near) <= cosine(query, far)) wrong += 1;
      }),
      { numRuns: runs },
    );
    assert.ok(wrong <= runs / 100, `${wrong} of ${runs} ranked wrongly`);
  });

  test("find the passage that a question is about", () => {
    const passages = [
      "The pump on deck four has to be greased every six weeks by the engineer on duty.",
      "Visitors sign in at the gate and wear their badge until they leave the site.",
      "Backups of the database run at two in the night and are kept for thirty days.",
      "In case of fire, leave the building by the stairs and meet at the car park.",
    ];
    const nearest = (question: string) => {
      const scores = passages.map((passage) => cosine(question, passage));
      return scores.indexOf(Math.max(...scores));
    };
    const questions = [
      "How often must the deck pump be greased?",
      "Where do visitors get a badge?",
      "How long are database backups kept?",
      "What do I do when there is a fire in the building?",
    ];
    assert.deepEqual(questions.map(nearest), [0, 1, 2, 3]);
  });
});

describe("the same request", () => {
  const cleanup = cleanupAtTheEnd();
  test("gets the same bytes from every endpoint, also of another server", async () => {
    const [one, other] = [await startMock(cleanup), await startMock(cleanup)];
    const requests: [string, object][] = [
      ["/v1/chat/completions", { messages: [{ role: "user", content: "x" }], n: 2, seed: 4 }],
      ["/v1/chat/completions", { messages: [{ role: "user", content: "x" }], stream: true }],
      ["/v1/completions", { prompt: "x", logprobs: 2 }],
      ["/v1/embeddings", { input: "x" }],
      ["/api/chat", { model: "mage-chat", messages: [{ role: "user", content: "x" }] }],
      ["/api/generate", { model: "mage-chat", prompt: "x", stream: false }],
      ["/api/embed", { model: "mage-chat", input: "x" }],
      ["/api/show", { model: "mage-chat" }],
    ];
    for (const [path, body] of requests) {
      const answers = await Promise.all([one, one, other].map(async (url) => (await post(url + path, body)).text()));
      assert.equal(new Set(answers).size, 1, path);
    }
  });
});
