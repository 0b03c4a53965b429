import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { cleanupAtTheEnd } from "./cleanup.ts";
import { docker, eventually, runContainer, skipWithoutDocker } from "./docker.ts";
import { post, wav } from "./mock-server.ts";

// The image holds no sources but what was made of them: each API answers from it, as Kubernetes runs it.
describe("the mock's image", { skip: skipWithoutDocker }, () => {
  const cleanup = cleanupAtTheEnd();
  const image = `slipway-test/mock-image:${process.pid}`;
  let container: string;
  let url: string;

  before(async () => {
    const folder = fileURLToPath(new URL("../../dev/mock", import.meta.url));
    await docker("buildx", "build", "--quiet", "--load", "-t", image, folder);
    cleanup.after(async () => {
      await docker("rmi", image);
    });
    const limits = ["--cpus", "1", "--memory", "256m", "--read-only", "--cap-drop", "ALL", "--user", "10001:10001"];
    const publish = ["-p", "127.0.0.1::8000", "--security-opt", "no-new-privileges"];
    container = await runContainer(cleanup, ...limits, ...publish, image);
    url = `http://${await docker("port", container, "8000/tcp")}`;
    await eventually(async () => assert.equal((await fetch(`${url}/health`)).status, 200));
  });

  test("answers for vLLM, Ollama and Whisper", async () => {
    const messages = [{ role: "user", content: "x" }];
    assert.equal((await post(`${url}/v1/chat/completions`, { messages })).status, 200);
    const format = { type: "json_schema", json_schema: { name: "x", schema: { type: "string", pattern: "^a+$" } } };
    assert.equal((await post(`${url}/v1/chat/completions`, { messages, response_format: format })).status, 200);
    assert.equal((await post(`${url}/api/chat`, { model: "mage-chat", messages })).status, 200);
    assert.equal(await (await fetch(url)).text(), "Ollama is running");
    const form = new FormData();
    form.append("file", new File([new Uint8Array(wav(2))], "x.wav"));
    const heard = await fetch(`${url}/v1/audio/transcriptions`, { method: "POST", body: form });
    assert.equal(((await heard.json()) as { usage: { seconds: number } }).usage.seconds, 2);
  });

  test("keeps within 80 MB while it chats", async () => {
    const messages = [{ role: "user", content: "Where is the harbour?" }];
    const connection = async () => {
      for (let count = 0; count < 50; count++) await (await post(`${url}/v1/chat/completions`, { messages })).text();
    };
    await Promise.all(Array.from({ length: 16 }, connection));
    const kib = Number(/VmRSS:\s+(\d+)/.exec(await docker("exec", container, "cat", "/proc/1/status"))?.[1]);
    assert.ok(kib > 0 && kib * 1024 < 80_000_000, `${kib} KiB`);
  });
});
