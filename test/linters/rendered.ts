import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { environmentModel } from "../../tools/model/model.ts";
import { type Inputs, readInputs } from "../../tools/registry/read.ts";
import type { KubeObject } from "../../tools/render/object.ts";
import { type Placed, render } from "../../tools/render/render.ts";
import { kustomize } from "../support/kubectl.ts";
import { EXAMPLES } from "../support/roots.ts";
import { parseYamlStream } from "../support/yaml.ts";
import { givenByCluster } from "./given.ts";

/** One overlay as kubectl renders it, in a file for the linters. */
export interface Rendered {
  readonly name: string;
  readonly environment: string;
  readonly profile: string;
  readonly inputs: Inputs;
  readonly placed: readonly Placed[];
  /** A folder of its own, with the stream in it as `rendered.yaml`. */
  readonly folder: string;
  readonly text: string;
  /** In the order of the stream. */
  readonly objects: readonly KubeObject[];
  /** What the cluster must have besides. */
  readonly given: readonly KubeObject[];
}

export const FILE = "rendered.yaml";

/** The root platform in every environment, and each example in the one that asks most of it. */
export function overlays(): { readonly root: string; readonly environment: string }[] {
  return [
    ...environmentsOf(".").map((environment) => ({ root: ".", environment })),
    ...EXAMPLES.map((root) => ({ root, environment: strictest(environmentsOf(root)) })),
  ];
}

export async function renderOverlay(root: string, environment: string, folder: string): Promise<Rendered> {
  const { inputs } = await readInputs(root);
  const overlay = join(root, "overlays", environment);
  const text = kustomize("kubectl", overlay);
  writeFileSync(join(folder, FILE), text);
  return {
    name: overlay,
    environment,
    profile: inputs.registry.environments[environment]?.profile ?? "",
    inputs,
    placed: render(environmentModel(inputs, environment)),
    folder,
    text,
    objects: parseYamlStream(text) as KubeObject[],
    given: givenByCluster(overlay, inputs.registry.environments[environment]),
  };
}

/** The object in whose document a line of the stream lies; lines count from one. */
export function objectAt({ text, objects }: Pick<Rendered, "text" | "objects">, line: number): KubeObject | undefined {
  return objects[
    text
      .split("\n")
      .slice(0, line)
      .filter((one) => one === "---").length
  ];
}

function environmentsOf(root: string): string[] {
  return readdirSync(join(root, "overlays"));
}

function strictest(environments: readonly string[]): string {
  const found = ["airgap", "prod", "staging", "preview"].find((name) => environments.includes(name)) ?? environments[0];
  if (found === undefined) throw new Error("an example without an overlay");
  return found;
}
