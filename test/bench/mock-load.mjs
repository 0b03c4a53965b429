import { Agent, request } from "node:http";

// `node mock-load.mjs URL REQUESTS CONNECTIONS`: asks the chat endpoint so often over so many connections, and prints
// `{ms, p50Ms, p99Ms}` as JSON. JavaScript, so that no compiler takes part in what is measured.

const [url = "", requests = "1000", connections = "16"] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) });
const body = JSON.stringify({
  model: "mage-chat",
  messages: [{ role: "user", content: "Where is the harbour, and what is near it?" }],
});
const options = {
  method: "POST",
  agent,
  headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body) },
};

function ask() {
  const startMs = performance.now();
  return new Promise((resolve, reject) => {
    request(url, options, (response) => {
      let size = 0;
      response.on("data", (chunk) => (size += chunk.length));
      response.on("error", reject);
      response.on("end", () => {
        if (response.statusCode !== 200 || size === 0)
          reject(new Error(`${url} answered ${response.statusCode} and ${size} bytes`));
        else resolve(performance.now() - startMs);
      });
    })
      .on("error", reject)
      .end(body);
  });
}

let left = Number(requests);
const times = [];
async function connection() {
  while (left-- > 0) times.push(await ask());
}

const startMs = performance.now();
await Promise.all(Array.from({ length: Number(connections) }, connection));
const ms = performance.now() - startMs;
times.sort((a, b) => a - b);
const at = (share) => times[Math.floor(times.length * share)];
process.stdout.write(JSON.stringify({ ms, p50Ms: at(0.5), p99Ms: at(0.99) }));
agent.destroy();
