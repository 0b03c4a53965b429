import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { before, describe, test } from "node:test";
import { cleanupAtTheEnd } from "./cleanup.ts";
import { startMock, wav } from "./mock-server.ts";

describe("transcriptions", () => {
  const cleanup = cleanupAtTheEnd();
  const special = wav(2, 8000);
  let url: string;

  before(async () => {
    const sha256 = createHash("sha256").update(special).digest("hex");
    const rules = [
      { when: { fileName: "hello.wav" }, answer: "Good morning, harbour. All is well." },
      { when: { sha256 }, answer: "By its bytes." },
    ];
    url = await startMock(cleanup, { models: ["whisper-large-v3"], rules });
  });

  const send = (bytes: Buffer, name: string, fields: Record<string, string> = {}, path = "transcriptions") => {
    const form = new FormData();
    form.append("file", new File([new Uint8Array(bytes)], name));
    for (const [key, value] of Object.entries({ model: "whisper-large-v3", ...fields })) form.append(key, value);
    return fetch(`${url}/v1/audio/${path}`, { method: "POST", body: form });
  };

  test("a rule by file name or by hash says what is heard", async () => {
    assert.equal(
      await (await send(wav(1), "hello.wav", { response_format: "text" })).text(),
      "Good morning, harbour. All is well.\n",
    );
    const byHash = await send(special, "any.wav");
    assert.deepEqual(await byHash.json(), { text: "By its bytes.", usage: { type: "duration", seconds: 2 } });
  });

  test("else the bytes do: the same text for the same recording under any name, another for another", async () => {
    const heard = async (bytes: Buffer, name: string) => (await send(bytes, name, { response_format: "text" })).text();
    const first = await heard(wav(8), "a.wav");
    assert.equal(await heard(wav(8), "b.wav"), first);
    const other = wav(8);
    other[other.length - 1] = 1;
    assert.notEqual(await heard(other, "a.wav"), first);
    assert.equal(await heard(wav(0), "silence.wav"), "\n");
  });

  test("srt, vtt and verbose_json agree on the segments", async () => {
    const ask = (format: string) => send(wav(3), "hello.wav", { response_format: format });
    const srt =
      "1\n00:00:00,000 --> 00:00:01,500\nGood morning, harbour.\n\n2\n00:00:01,500 --> 00:00:03,000\nAll is well.\n";
    assert.equal(await (await ask("srt")).text(), srt);
    const vtt =
      "WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nGood morning, harbour.\n\n00:00:01.500 --> 00:00:03.000\nAll is well.\n";
    assert.equal(await (await ask("vtt")).text(), vtt);
    const { segments, ...rest } = (await (await ask("verbose_json")).json()) as { segments: Record<string, unknown>[] };
    assert.deepEqual(rest, {
      task: "transcribe",
      language: "english",
      duration: 3,
      text: "Good morning, harbour. All is well.",
    });
    assert.deepEqual(
      segments.map(({ id, seek, start, end, text }) => ({ id, seek, start, end, text })),
      [
        { id: 0, seek: 0, start: 0, end: 1.5, text: " Good morning, harbour." },
        { id: 1, seek: 0, start: 1.5, end: 3, text: " All is well." },
      ],
    );
  });

  test("the duration is that of the header, whatever the rate, and the language the one asked for", async () => {
    for (const [seconds, rate] of [
      [0.5, 8000],
      [61.25, 44_100],
    ] as const) {
      const response = await send(wav(seconds, rate), "x.wav", { response_format: "verbose_json", language: "de" });
      const { duration, language, segments } = (await response.json()) as {
        duration: number;
        language: string;
        segments: { start: number; end: number; seek: number }[];
      };
      assert.deepEqual([duration, language], [seconds, "german"]);
      assert.equal(segments[0]?.start, 0);
      assert.equal(segments.at(-1)?.end, seconds);
      assert.ok(segments.every(({ start, end }) => end > start && end - start < 8));
      assert.equal(segments.at(-1)?.seek, seconds > 60 ? 3000 : 0);
    }
    const translated = await send(wav(1), "x.wav", { response_format: "verbose_json", language: "de" }, "translations");
    const { task, language } = (await translated.json()) as { task: string; language: string };
    assert.deepEqual([task, language], ["translate", "english"]);
  });

  test("what cannot be read is 400, what is unknown 404", async () => {
    const broken = wav(1).subarray(0, 20);
    const message = async (request: Promise<Response>) => {
      const response = await request;
      const { error } = (await response.json()) as { error: { message: string } };
      return [response.status, error.message];
    };
    assert.deepEqual(await message(send(broken, "x.wav")), [400, "Invalid or unsupported audio file."]);
    assert.deepEqual(await message(send(Buffer.alloc(0), "x.wav")), [400, "Invalid or unsupported audio file."]);
    assert.deepEqual(await message(send(wav(1), "x.wav", { model: "other" })), [
      404,
      "The model `other` does not exist.",
    ]);
    const [status] = await message(send(wav(1), "x.wav", { response_format: "xml" }));
    assert.equal(status, 400);
    const empty = fetch(`${url}/v1/audio/transcriptions`, { method: "POST", body: new FormData() });
    assert.deepEqual(await message(empty), [400, "file: Field required"]);
    const noForm = fetch(`${url}/v1/audio/transcriptions`, { method: "POST", body: "{}" });
    assert.equal((await noForm).status, 400);
    const tooLong = send(Buffer.alloc(26 * 2 ** 20), "long.mp3");
    assert.deepEqual(await message(tooLong), [400, "Maximum file size exceeded."]);
    const cutOff = '--x\r\ncontent-disposition: form-data; name="file"; filename="x.wav"\r\n\r\nRIFF';
    const headers = { "content-type": "multipart/form-data; boundary=x" };
    const unfinished = fetch(`${url}/v1/audio/transcriptions`, { method: "POST", headers, body: cutOff });
    assert.match(String((await message(unfinished))[1]), /error parsing the body/);
  });
});
