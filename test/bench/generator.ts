import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kustomize } from "../support/kubectl.ts";
import { type Row, peakMiB, timed } from "./measure.ts";
import { syntheticRegistry } from "./synthetic.ts";

const GEN = ["tools/slipway.mjs", "gen", "--root"];

/** `gen` from nothing, with one service edited, and with nothing to do; beside Node's own start-up. */
export function generatorRows(runs: number): Row[] {
  const against = { what: "node -e 0", times: timed("node", ["-e", "0"], runs) };
  const root = { what: "gen, root platform, nothing to do", times: timed("node", [...GEN, "."], runs), against };
  const check = {
    what: "gen --check, root platform",
    times: timed("node", [...GEN, ".", "--check"], runs),
    against: {
      what: "the same without a bundle",
      times: timed("node", ["--import", "tsx", "tools/cli.ts", "gen", "--check"], runs),
    },
  };
  return [root, check, ...[20, 200, 1000].flatMap((count) => syntheticRows(count, runs))];
}

function syntheticRows(count: number, runs: number): Row[] {
  return inFolder(count, (folder) => {
    const what = `gen, ${count} services × 4 environments`;
    const fromNothing = timed("node", [...GEN, folder], runs, () => clean(folder));
    let edit = 0;
    const change = (): void => writeRegistry(folder, count, ++edit);
    const oneEdit = timed("node", [...GEN, folder], runs, change);
    change();
    const memory = peakMiB([...GEN, folder]);
    return [
      { what: `${what}, from nothing`, times: fromNothing },
      { what: `${what}, one service edited`, times: oneEdit, note: `at most ${memory} MiB resident` },
      { what: `${what}, nothing to do`, times: timed("node", [...GEN, folder], runs) },
    ];
  });
}

/** A synthetic platform of `count` services in a folder of its own; `empty` takes away what was generated. */
export function syntheticFolder<T>(count: number, use: (folder: string, empty: () => void) => T): T {
  return inFolder(count, (folder) => use(folder, () => clean(folder)));
}

function clean(folder: string): void {
  for (const name of ["k8s", "overlays"]) rmSync(join(folder, name), { recursive: true, force: true });
}

/** `kubectl kustomize` of an overlay beside the floor: the same objects in one file, with nothing to transform. */
export function kustomizeRows(runs: number): Row[] {
  return [20, 100].flatMap((count) =>
    inFolder(count, (folder) => {
      timed("node", [...GEN, folder], 0);
      const overlay = join(folder, "overlays", "airgap");
      const rendered = join(folder, "rendered");
      mkdirSync(rendered);
      writeFileSync(join(rendered, "all.yaml"), kustomize("kubectl", overlay));
      writeFileSync(join(rendered, "kustomization.yaml"), "resources: [all.yaml]\n");
      const against = { what: "one pre-rendered file", times: timed("kubectl", ["kustomize", rendered], runs) };
      return [
        {
          what: `kubectl kustomize overlays/airgap, ${count} services`,
          times: timed("kubectl", ["kustomize", overlay], runs),
          against,
        },
        {
          what: `the same, one service of ${count}`,
          times: timed("kubectl", ["kustomize", join(overlay, "service-0001")], runs),
        },
      ];
    }),
  );
}

function inFolder<T>(count: number, use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "slipway-bench-"));
  try {
    writeRegistry(folder, count, 0);
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeRegistry(folder: string, count: number, edit: number): void {
  const registry = syntheticRegistry(count) as { services: Record<string, { env: object }> };
  registry.services["service-0000"] = { ...registry.services["service-0000"], env: { EDIT: String(edit) } };
  writeFileSync(join(folder, "services.json"), JSON.stringify(registry, null, 2));
}
