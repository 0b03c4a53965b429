import { statfs } from "node:fs/promises";
import { readFile } from "node:fs/promises";
import { localEngines } from "../../tools/cluster/docker-engine.ts";
import { type Finding, UserError } from "../../tools/lib/errors.ts";
import { formatFinding } from "../../tools/lib/style.ts";
import { count } from "../../tools/lib/text.ts";
import { holderOf } from "../cluster/port-forward-holder.ts";
import { portIsFree } from "../cluster/port-free.ts";
import type { Check, Machine } from "../doctor/check.ts";
import * as checks from "../doctor/index.ts";
import { type ReadTarget, readTarget } from "../sources/registry.ts";
import type { DevCommand, Invocation } from "./command.ts";

export const doctor: DevCommand = {
  name: "doctor",
  usage: "",
  summary: "whether this machine has what the loop needs, with what to do where it has not",
  async run(invocation) {
    const results = await examine(await machineOf(invocation), Object.values(checks));
    print(invocation, results);
    return results.some(({ outcome }) => isFinding(outcome) && outcome.severity === "error") ? 1 : 0;
  },
};

export interface Result {
  readonly title: string;
  readonly outcome: string | Finding;
}

/** All of them, whatever the others find; in their order. */
export function examine(machine: Machine, all: readonly Check[]): Promise<Result[]> {
  return Promise.all(all.map(async ({ title, look }) => ({ title, outcome: await look(machine) })));
}

async function machineOf(invocation: Invocation): Promise<Machine> {
  const { exec, context, dockerHost, root } = invocation;
  const [engine] = await localEngines(dockerHost);
  return {
    exec,
    context,
    dockerHost,
    root,
    read: await readOrFinding(invocation),
    nodeVersion: process.version,
    platform: process.platform,
    readText: (path) => readFile(path, "utf8").catch(() => null),
    async space(path) {
      // Where there is no such folder, the registry's line says so.
      const { bsize, bavail, blocks } = await statfs(path).catch(() => statfs("."));
      return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
    },
    async holderOf(port) {
      if (await portIsFree(port)) return null;
      const holder = await holderOf(port, { exec, dockerSocketPath: engine?.socketPath ?? null });
      return holder?.name ?? "another program";
    },
  };
}

async function readOrFinding(invocation: Invocation): Promise<ReadTarget | Finding> {
  try {
    return await readTarget(invocation.root, invocation);
  } catch (error) {
    const [first] = error instanceof UserError ? error.findings : [];
    if (first) return first;
    throw error;
  }
}

function print({ isJson, paint, print: say }: Invocation, results: readonly Result[]): void {
  if (isJson) return say(`${JSON.stringify(results)}\n`);
  const width = Math.max(...results.map(({ title }) => title.length));
  for (const { title, outcome } of results) {
    if (!isFinding(outcome)) say(`${paint("green", "✓")} ${paint("bold", title.padEnd(width))}  ${outcome}\n`);
    else
      say(
        `${signOf(outcome, paint)} ${paint("bold", title.padEnd(width))}  ${indented(formatFinding(outcome, paint))}\n`,
      );
  }
  const bad = results.filter(({ outcome }) => isFinding(outcome)).length;
  say(
    `${paint("bold", "slipway")}  ${bad === 0 ? "everything is as the loop needs it" : `${count(bad, "thing")} to look at`}\n`,
  );
}

function signOf({ severity }: Finding, paint: Invocation["paint"]): string {
  return severity === "error" ? paint("red", "✗") : paint("yellow", "!");
}

function indented(text: string): string {
  return text.replaceAll("\n", "\n  ");
}

function isFinding(outcome: string | Finding): outcome is Finding {
  return typeof outcome !== "string";
}
