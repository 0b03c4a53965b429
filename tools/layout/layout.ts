import { sortedEntries } from "../lib/merge.ts";
import type { FileTree } from "../lib/tree.ts";
import { baseModel, environmentModel, mockBaseModel } from "../model/model.ts";
import { type Rendered, strictestOf } from "../operations/comparison.ts";
import type { Inputs } from "../registry/read.ts";
import { type Placed, render } from "../render/render.ts";
import { baseFiles, baseFolder } from "./base.ts";
import { overlayFiles } from "./overlay.ts";
import { vendoredBases } from "./vendored.ts";

/** The folders that `layout` fills. */
export const OUTPUT_FOLDERS = ["k8s", "overlays"] as const;

/**
 * Everything that is committed: a base per service, and what each environment changes about it. An environment's files
 * depend on nothing that another environment says, so adding one touches only its own folder; but for the page of a local
 * one, which says what it does differently from the strictest.
 */
export function layout(inputs: Inputs): FileTree {
  const base = render(baseModel(inputs));
  const bases = basesOf(base);
  const vendored = base.filter(({ manifest }) => manifest !== null);
  const mockBases = mocksOnly(inputs, basesOf(render(mockBaseModel(inputs))));
  const files = [
    ...[...bases].flatMap(([service, placed]) => baseFiles(baseFolder(service, false), placed)),
    ...[...mockBases].flatMap(([service, placed]) => baseFiles(baseFolder(service, true), placed)),
    ...vendoredBases(vendored, inputs.registry.manifests ?? {}),
    ...environmentFiles(inputs, bases, mockBases, vendored),
  ];
  return new Map(files);
}

type Bases = ReadonlyMap<string, readonly Placed[]>;

function environmentFiles(
  inputs: Inputs,
  bases: Bases,
  mockBases: Bases,
  vendored: readonly Placed[],
): [string, string][] {
  const environments = sortedEntries(inputs.registry.environments).map(([name]): Rendered => {
    const model = environmentModel(inputs, name);
    return { model, placed: render(model) };
  });
  const strictest = strictestOf(environments);
  return environments.flatMap(({ model, placed }) =>
    overlayFiles(
      { model, placed },
      (service) => (service.isMocked ? mockBases : bases).get(service.name) ?? [],
      vendored,
      strictest,
    ),
  );
}

function basesOf(placed: readonly Placed[]): Map<string, Placed[]> {
  const bases = new Map<string, Placed[]>();
  for (const one of placed) {
    if (one.home !== "base" || one.service === null) continue;
    const base = bases.get(one.service);
    if (base) base.push(one);
    else bases.set(one.service, [one]);
  }
  return bases;
}

function mocksOnly({ registry }: Inputs, bases: Bases): Bases {
  return new Map([...bases].filter(([service]) => registry.services[service]?.mock !== undefined));
}
