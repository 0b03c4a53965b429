import { type SyncedPlatform, syncedPlatform } from "../support/synced-platform.ts";
import { type Row, timed } from "./measure.ts";

const PEER_RUNS = 5;

const SERVICE = {
  ports: { http: { containerPort: 8080 } },
  terminationGracePeriodSeconds: 1,
  resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "128Mi" } },
  develop: { watch: [{ action: "sync", path: "web/src", target: "/app/src" }] },
};
const FILES = {
  "web/Dockerfile": 'FROM node:22-slim\nCOPY src /app/src\nCMD ["node", "/app/src/main.js"]\n',
  "web/src/main.js": 'require("http").createServer((_, response) => response.end()).listen(8080);\n',
};

/** From the call of the port until a running container has a file, without the watching before it. */
export async function syncRows(runs: number): Promise<Row[]> {
  const platform = await syncedPlatform({ web: SERVICE }, FILES);
  const { signal } = new AbortController();
  try {
    const rows: Row[] = [];
    for (const [size, bytes] of [
      ["2 KB", 2000],
      ["100 KB", 100_000],
      ["1 MB", 1_000_000],
    ] as const) {
      const times: number[] = [];
      for (let run = 0; run <= runs; run++) {
        await platform.write("web/src/page.txt", `${run} `.repeat(bytes / `${run} `.length));
        const startMs = performance.now();
        await platform.sync.sync(platform.step("web", "web/src/page.txt"), signal);
        if (run > 0) times.push(performance.now() - startMs);
      }
      const against = { what: "`kubectl cp`", times: copiedByKubectl(platform) };
      rows.push({
        what: `a changed file of ${size} → bytes in the container, after the watcher's 15 ms`,
        times,
        against,
      });
    }
    return rows;
  } finally {
    await platform.remove();
  }
}

function copiedByKubectl(platform: SyncedPlatform): readonly number[] {
  const [pod = ""] = platform.podsOf("web");
  const target = `${platform.id}/${pod.replace("pod/", "")}:/app/src/page.txt`;
  return timed("kubectl", ["cp", `${platform.root}/web/src/page.txt`, target], PEER_RUNS);
}
