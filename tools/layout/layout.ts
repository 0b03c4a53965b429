import { sameJson, sortedEntries } from "../lib/merge.ts";
import type { FileTree } from "../lib/tree.ts";
import { baseModel, environmentModel, mockBaseModel } from "../model/model.ts";
import { type Rendered, strictestOf } from "../operations/comparison.ts";
import type { Inputs } from "../registry/read.ts";
import { type Placed, render } from "../render/render.ts";
import { baseFiles, baseFolder } from "./base.ts";
import { type BaseOf, overlayFiles } from "./overlay.ts";
import { vendoredBases } from "./vendored.ts";

/**
 * Everything that is committed: a base per service, and what each environment changes about it. An environment's files
 * depend on nothing that another environment says, so adding one touches only its own folder; but for the page of a local
 * one, which says what it does differently from the strictest.
 */
export function layout(inputs: Inputs): FileTree {
  return new Map(layoutFiles(inputs));
}

/** The same, file by file: of a large platform the objects of all environments would not be in memory at once. */
export function* layoutFiles(inputs: Inputs): Generator<readonly [path: string, text: string]> {
  const base = render(baseModel(inputs));
  const bases = basesOf(base);
  const vendored = base.filter(({ manifest }) => manifest !== null);
  const mockBases = mockBasesOf(inputs);
  for (const [service, placed] of bases) yield* baseFiles(baseFolder(service, false), placed);
  for (const [service, placed] of mockBases) yield* baseFiles(baseFolder(service, true), placed);
  yield* vendoredBases(vendored, inputs.registry.manifests ?? {});
  yield* environmentFiles(
    inputs,
    (service) => (service.isMocked ? mockBases : bases).get(service.name) ?? [],
    vendored,
  );
}

type Bases = ReadonlyMap<string, readonly Placed[]>;

function* environmentFiles(
  inputs: Inputs,
  baseOf: BaseOf,
  vendored: readonly Placed[],
): Generator<readonly [path: string, text: string]> {
  const environments = sortedEntries(inputs.registry.environments).map(([environment, { profile }]) => ({
    model: { environment, profile },
  }));
  const rendered = (environment: string): Rendered => {
    const model = environmentModel(inputs, environment);
    return { model, placed: sharedWithBase({ model, placed: render(model) }, baseOf) };
  };
  const strictestName = strictestOf(environments)?.model.environment;
  const strictest = strictestName === undefined ? null : rendered(strictestName);
  for (const { model } of environments) {
    const own = strictest?.model.environment === model.environment ? strictest : rendered(model.environment);
    yield* overlayFiles(own, baseOf, vendored, strictest);
  }
}

/** An object about which an environment changes nothing is the base's own: held once, and compared at a glance. */
function sharedWithBase({ model, placed }: Rendered, baseOf: BaseOf): Placed[] {
  const bases = new Map(model.services.map((service) => [service.name, baseOf(service)]));
  return placed.map((one) => {
    if (one.home !== "base") return one;
    const { kind, metadata } = one.object;
    const same = bases
      .get(one.service ?? "")
      ?.find(({ object }) => object.kind === kind && object.metadata.name === metadata.name);
    return same && sameJson(same.object, one.object) ? { ...one, object: same.object } : one;
  });
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

/** Drawing all services for the sake of those that have a mock would take as long as a whole environment. */
function mockBasesOf(inputs: Inputs): Bases {
  const hasMock = (service: string): boolean => inputs.registry.services[service]?.mock !== undefined;
  if (!Object.keys(inputs.registry.services).some(hasMock)) return new Map();
  const bases = basesOf(render(mockBaseModel(inputs)));
  return new Map([...bases].filter(([service]) => hasMock(service)));
}
