import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { promisify } from "node:util";
import { skipWithout } from "../support/skip.ts";
import { cleanupAtTheEnd } from "./cleanup.ts";
import { startMock, wav } from "./mock-server.ts";

// OpenAI's client for Python, in a virtual environment of the user's cache: made once, kept for the next time.
const version = "3.57.0";
const folder = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "slipway-clients", `openai-${version}`);
const python = join(folder, "bin", "python");
const stamp = join(folder, "installed");
const run = promisify(execFile);

const problem = existsSync(stamp) ? "" : await install();

async function install(): Promise<string> {
  try {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await run("python3", ["-m", "venv", folder]);
    await run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", `openai==${version}`]);
    await writeFile(stamp, "");
    return "";
  } catch (error) {
    return (error as Error).message.split("\n")[0] ?? "unknown";
  }
}

const script = `
import json, sys, io
from openai import OpenAI, NotFoundError, BadRequestError, RateLimitError
url, wav = sys.argv[1], open(sys.argv[2], "rb").read()
client = OpenAI(base_url=url + "/v1", api_key="none", max_retries=0)
messages = [{"role": "user", "content": "Where is the harbour?"}]
out = {}
out["models"] = [model.id for model in client.models.list()]
whole = client.chat.completions.create(model="mage-chat", messages=messages)
out["chat"] = whole.choices[0].message.content
stream = client.chat.completions.create(model="mage-chat", messages=messages, stream=True, stream_options={"include_usage": True})
chunks = list(stream)
out["streamed"] = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
out["usage_equal"] = chunks[-1].usage.total_tokens == whole.usage.total_tokens
with client.chat.completions.create(model="mage-chat", messages=messages, stream=True) as half:
    out["aborted_after"] = next(iter(half)).choices[0].delta.role
out["completion"] = client.completions.create(model="mage-chat", prompt="x", max_tokens=4).choices[0].text
out["completion_streamed"] = "".join(c.choices[0].text for c in client.completions.create(model="mage-chat", prompt="x", max_tokens=4, stream=True))
numbers = client.embeddings.create(model="mage-chat", input="x", encoding_format="float").data[0].embedding
packed = client.embeddings.create(model="mage-chat", input="x").data[0].embedding
out["embedding"] = [len(numbers), numbers == packed]
tools = [{"type": "function", "function": {"name": "find_harbour", "parameters": {"type": "object", "properties": {"place": {"type": "string"}}, "required": ["place"]}}}]
called = client.chat.completions.create(model="mage-chat", messages=messages, tools=tools)
out["tool"] = [called.choices[0].finish_reason, called.choices[0].message.tool_calls[0].function.name]
for kind in ["json", "text", "srt", "vtt", "verbose_json"]:
    heard = client.audio.transcriptions.create(model="mage-chat", file=("x.wav", io.BytesIO(wav)), response_format=kind)
    out["heard_" + kind] = heard if isinstance(heard, str) else [heard.text, getattr(heard, "duration", None)]
out["translated"] = client.audio.translations.create(model="mage-chat", file=("x.wav", io.BytesIO(wav))).text
def refusal(expected, **request):
    try:
        client.chat.completions.create(**request)
    except expected as error:
        return [type(error).__name__, error.status_code, error.body["message"]]
out["not_found"] = refusal(NotFoundError, model="gpt-9", messages=messages)
out["bad"] = refusal(BadRequestError, model="mage-chat", messages=messages, max_tokens=0)
out["limited"] = refusal(RateLimitError, model="mage-chat", messages=[{"role": "user", "content": "busy"}])
print(json.dumps(out))
`;

describe(
  "the client openai for Python",
  { skip: skipWithout(problem === "", `openai ${version} of PyPI (${problem})`) },
  () => {
    const cleanup = cleanupAtTheEnd();
    let url: string;
    before(async () => {
      const rules = [
        { when: { contains: "busy" }, failure: { status: 429, message: "Slow down" } },
        { when: { fileName: "x.wav" }, answer: "All is well." },
      ];
      url = await startMock(cleanup, { rules });
    });

    test("gets from every endpoint what it expects", async () => {
      const recording = join(folder, "x.wav");
      await writeFile(recording, wav(2));
      const { stdout } = await run(python, ["-c", script, url, recording]);
      const { chat, ...rest } = JSON.parse(stdout) as { chat: string };
      assert.match(chat, /^You asked: "Where is the harbour\?"\./);
      assert.deepEqual(rest, {
        models: ["mage-chat"],
        streamed: chat,
        usage_equal: true,
        aborted_after: "assistant",
        completion: ' You asked: "x".',
        completion_streamed: ' You asked: "x".',
        embedding: [768, true],
        tool: ["tool_calls", "find_harbour"],
        heard_json: ["All is well.", null],
        heard_text: "All is well.\n",
        heard_srt: "1\n00:00:00,000 --> 00:00:02,000\nAll is well.\n",
        heard_vtt: "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nAll is well.\n",
        heard_verbose_json: ["All is well.", 2],
        translated: "All is well.",
        not_found: ["NotFoundError", 404, "The model `gpt-9` does not exist."],
        bad: ["BadRequestError", 400, "max_tokens must be at least 1, got 0."],
        limited: ["RateLimitError", 429, "Slow down"],
      });
    });
  },
);
