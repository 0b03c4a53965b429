import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { peakBytes, stream, transcribe } from "../services/mock-load.ts";
import { median } from "./measure.ts";
import type { Row } from "./measure.ts";

// The mock in its own image, limited to one core; the load comes from a process of its own outside of it. Each figure
// stands beside that of the least a server in Node can be, in the same image and the same run.

const image = `slipway-bench/mock:${process.pid}`;
const bare = `require("node:http").createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk)).on("end", () => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ size: Buffer.concat(chunks).length }));
  });
}).listen(8000)`;

/** Starting, memory and requests per second. */
export async function mockRows(runs: number): Promise<Row[]> {
  docker(
    "buildx",
    "build",
    "--quiet",
    "--load",
    "-t",
    image,
    fileURLToPath(new URL("../../dev/mock", import.meta.url)),
  );
  try {
    return [startRow(runs), ...loadRows(runs, await peaks())];
  } finally {
    docker("rmi", "-f", image);
  }
}

const requests = 2000;

function loadRows(runs: number, most: string): Row[] {
  const own = started();
  const least = started("node", "-e", bare);
  try {
    const idle = peakOf(own.id);
    for (const { url } of [own, least]) load(url);
    const usedBefore = [processorSeconds(own.id), processorSeconds(least.id)] as const;
    const pairs = Array.from({ length: runs }, () => [load(own.url), load(least.url)] as const);
    // Of the processor alone: what it could answer a second if nobody else were on the machine.
    const perCore = [own, least].map(({ id }, index) =>
      Math.round((requests * runs) / (processorSeconds(id) - (usedBefore[index] ?? 0))),
    );
    const times = pairs.map(([{ ms }]) => ms);
    const perSecond = Math.round(requests / (median(times) / 1000));
    return [
      {
        what: `mock: ${requests} chat answers on one core (${perSecond} a second; ${perCore[0]} a second of processor time, a bare server ${perCore[1]})`,
        times,
        against: { what: "a bare server", times: pairs.map(([, { ms }]) => ms) },
      },
      {
        what: "mock: one of them, the median of each run",
        times: pairs.map(([{ p50Ms }]) => p50Ms),
        note: `most that was resident: ${idle} idle, ${peakOf(own.id)} after ${requests * (runs + 1)} answers (bare: ${peakOf(least.id)}), ${most}`,
      },
    ];
  } finally {
    docker("rm", "-f", own.id, least.id);
  }
}

// Each in a mock of its own: what was resident once is never taken back from such a figure.
async function peaks(): Promise<string> {
  const peak = async (what: string, load: (url: string) => Promise<void>) => {
    const { id, url } = started();
    try {
      await load(new URL(url).origin);
      return `${peakOf(id)} with ${what}`;
    } finally {
      docker("rm", "-f", id);
    }
  };
  const streams = await peak("200 streams at once", (url) => stream(url, 200));
  const one = await peak("a recording of 25 MB", (url) => transcribe(url, 1));
  return [streams, one, await peak("three of them at once", (url) => transcribe(url, 3))].join(", ");
}

function startRow(runs: number): Row {
  const command = JSON.parse(docker("image", "inspect", "--format", "{{json .Config.Cmd}}", image)) as string[];
  const times = (server: string) => JSON.parse(inContainer(starter(server, runs))) as number[];
  return {
    what: "mock: process to first answer",
    times: times(JSON.stringify(command.slice(1))),
    against: { what: "a bare server", times: times(JSON.stringify(["-e", bare])) },
  };
}

// Runs in the container, so that it is the program's start that is measured and not Docker's.
function starter(server: string, runs: number): string {
  return `
    const { spawn } = require("node:child_process");
    const { setTimeout: sleep } = require("node:timers/promises");
    (async () => {
      const times = [];
      for (let run = 0; run <= ${runs}; run++) {
        const startMs = performance.now();
        const child = spawn("node", ${server}, { stdio: "ignore" });
        while (!(await fetch("http://127.0.0.1:8000/health").then(() => true, () => false))) await sleep(2);
        times.push(performance.now() - startMs);
        child.kill("SIGKILL");
        await new Promise((resolve) => child.on("exit", resolve));
      }
      process.stdout.write(JSON.stringify(times.slice(1)));
    })();`;
}

function inContainer(script: string): string {
  return docker("run", "--rm", "--cpus", "1", image, "node", "-e", script);
}

function started(...command: string[]): { id: string; url: string } {
  const id = docker("run", "-d", "--rm", "--cpus", "1", "--read-only", "-p", "127.0.0.1::8000", image, ...command);
  const url = `http://${docker("port", id, "8000/tcp")}/v1/chat/completions`;
  const isUp =
    "fetch('http://127.0.0.1:8000/health').then(() => process.exit(0), () => setTimeout(() => process.exit(1), 50))";
  for (let attempt = 0; attempt < 50; attempt++) {
    try {
      docker("exec", id, "node", "-e", isUp);
      return { id, url };
    } catch (error) {
      if (attempt === 49) throw error;
    }
  }
  return { id, url };
}

function load(url: string): { ms: number; p50Ms: number; p99Ms: number } {
  const program = fileURLToPath(new URL("mock-load.mjs", import.meta.url));
  return JSON.parse(execFileSync("node", [program, url, String(requests), "16"], { encoding: "utf8" }));
}

/** Of the server, since it started. */
function processorSeconds(id: string): number {
  const [, , , , , , , , , , , , , user, system] = docker("exec", id, "cat", "/proc/1/stat").split(" ");
  return (Number(user) + Number(system)) / 100;
}

/** The most that a server ever had resident. */
function peakOf(id: string): string {
  return `${Math.round(peakBytes(docker("exec", id, "cat", "/proc/1/status")) / 1e6)} MB`;
}

function docker(...args: string[]): string {
  return execFileSync("docker", args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).trim();
}
