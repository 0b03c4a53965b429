import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseYamlStream } from "../../tools/lib/yaml.ts";
import type { KubeObject } from "../../tools/render/object.ts";
import { syntheticFolder } from "./generator.ts";
import { type Row, timed } from "./measure.ts";
import { ENVIRONMENTS, SAMPLE, objects, writeApp, writeChart } from "./peer-inputs.ts";

// Other generators at the same work: the synthetic services, six objects each, for four environments, from nothing.

interface Peer {
  readonly name: string;
  /** Null where it is not installed. */
  readonly version: () => string | null;
  readonly install: string;
  readonly write: (folder: string, count: number) => void;
  /** Into `dist`, for all environments. */
  readonly command: readonly [string, ...string[]];
}

/** Where `npm install` has put it. */
const FOLDER = process.env["SLIPWAY_PEERS"] ?? join(tmpdir(), "slipway-peers");

const PEERS: readonly Peer[] = [
  {
    name: "helm template",
    version: () => said("helm", ["version", "--short"]),
    install: "go install helm.sh/helm/v3/cmd/helm@v3.22.0",
    write: writeChart,
    command: ["sh", "-ec", templates()],
  },
  {
    name: "cdk8s",
    version: () => versionOf(join(FOLDER, "node_modules", "cdk8s", "package.json")),
    install: `npm install --prefix ${FOLDER} cdk8s@2.70.106 constructs@10`,
    write: writeApp,
    command: ["env", `NODE_PATH=${join(FOLDER, "node_modules")}`, "node", "app.cjs"],
  },
];

/** A row each beside `gen` on the same services, in the same run; `missing` says how to get what is not there. */
export function peerRows(runs: number): { readonly rows: Row[]; readonly missing: string[] } {
  const there = PEERS.flatMap((peer) => ((version) => (version === null ? [] : [{ peer, version }]))(peer.version()));
  const missing = PEERS.filter((peer) => there.every((one) => one.peer !== peer));
  const rows = [20, 200].flatMap((count) => {
    if (there.length === 0) return [];
    const against = { what: "gen from nothing", times: genTimes(count, runs) };
    return there.map(({ peer, version }) => ({
      what: `${peer.name} ${version}, ${count} services × 4 environments`,
      times: peerTimes(peer, count, runs),
      against,
    }));
  });
  return { rows, missing: missing.map(({ name, install }) => `${name} is not installed: ${install}`) };
}

function genTimes(count: number, runs: number): number[] {
  return syntheticFolder(count, (folder, clean) =>
    timed("node", ["tools/slipway.mjs", "gen", "--root", folder], runs, clean),
  );
}

function peerTimes({ write, command }: Peer, count: number, runs: number): number[] {
  const folder = mkdtempSync(join(tmpdir(), "slipway-bench-"));
  try {
    write(folder, count);
    const [program, ...args] = command;
    const clean = (): void => rmSync(join(folder, "dist"), { recursive: true, force: true });
    const times = timed("env", ["-C", folder, program, ...args], runs, clean);
    for (const environment of Object.keys(ENVIRONMENTS)) assertSameWork(join(folder, "dist"), environment, count);
    return times;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Six objects for each service, and those of one of them the very objects that Slipway renders. */
function assertSameWork(folder: string, environment: string, count: number): void {
  const file = readdirSync(folder).find((name) => name.startsWith(environment)) ?? "";
  const made = parseYamlStream(readFileSync(join(folder, file), "utf8")).map(({ value }) => value as KubeObject);
  assert.equal(made.length, count * 6);
  const byKind = (all: readonly KubeObject[]): object => Object.fromEntries(all.map((one) => [one.kind, one]));
  assert.deepEqual(byKind(made.filter(({ metadata }) => metadata.name === SAMPLE)), byKind(objects(environment)));
}

function templates(): string {
  const one = (name: string): string => `helm template bench . -f values-${name}.yaml > dist/${name}.yaml`;
  return ["mkdir -p dist", ...Object.keys(ENVIRONMENTS).map(one)].join("; ");
}

function said(program: string, args: readonly string[]): string | null {
  const { status, stdout } = spawnSync(program, args, { encoding: "utf8" });
  return status === 0 ? stdout.trim() : null;
}

function versionOf(file: string): string | null {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version : null;
}
