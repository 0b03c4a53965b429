import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { cleanupAtTheEnd } from "./cleanup.ts";
import { docker, eventually, runContainer, skipWithoutDocker } from "./docker.ts";
import { chat, peakBytes, stream, transcribe } from "./mock-load.ts";
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

  test("never has more than 80 MB resident: chatting, with 200 streams, with three recordings of 25 MB", async () => {
    const most = async (when: string) => {
      const bytes = peakBytes(await docker("exec", container, "cat", "/proc/1/status"));
      assert.ok(bytes > 0 && bytes <= 80_000_000, `${when}: ${bytes} bytes`);
    };
    await most("idle");
    await chat(url, 800);
    await most("after 800 answers");
    await stream(url, 200);
    await most("with 200 streams");
    await transcribe(url, 3);
    await most("with three recordings");
  });
});
