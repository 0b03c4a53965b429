import { environmentModel } from "../model/model.ts";
import { effectiveServices } from "../registry/effective.ts";
import type { Inputs } from "../registry/read.ts";
import type { Build } from "../registry/schema/service.ts";
import { render } from "../render/render.ts";
import { type BuildContext, contextKey } from "../sources/build-context.ts";
import { stagesOf } from "../sources/dockerfile.ts";
import type { Kustomization, Source, Subject } from "./check.ts";

/** What was read beside the registry. */
export interface Surroundings {
  /** By `contextKey`. */
  readonly contexts: ReadonlyMap<string, BuildContext>;
  readonly kustomizations: readonly Kustomization[];
}

export const NOTHING_BESIDE: Surroundings = { contexts: new Map(), kustomizations: [] };

/** One environment as the checks see it. */
export function subjectOf(
  inputs: Inputs,
  environment: string,
  { contexts, kustomizations }: Surroundings = NOTHING_BESIDE,
): Subject {
  const model = environmentModel(inputs, environment);
  return {
    model,
    placed: render(model),
    lock: inputs.lock,
    writtenImages: new Set([...writtenImages(inputs), ...baseImages(contexts)]),
    sources: buildsOf(inputs, environment).flatMap(({ service, build }): Source[] => {
      const context = contexts.get(contextKey(build));
      return context ? [{ service, build, context }] : [];
    }),
    kustomizations: kustomizations.filter(
      ({ path }) => path.startsWith("k8s/") || path.startsWith(`overlays/${environment}/`),
    ),
  };
}

/** Every image that an environment builds, those that others build on included. */
export function buildsOf(
  { registry }: Inputs,
  environment: string,
): { readonly service: string; readonly build: Build }[] {
  return effectiveServices(registry, environment).flatMap(({ name, service: { build } }) =>
    build ? [{ service: name, build }] : [],
  );
}

function writtenImages({ registry }: Inputs): readonly string[] {
  const environments = [null, ...Object.keys(registry.environments)];
  return environments.flatMap((environment) =>
    effectiveServices(registry, environment).flatMap(({ service: { image } }) => image ?? []),
  );
}

/** What Dockerfiles stand on is locked too. */
function baseImages(contexts: Surroundings["contexts"]): readonly string[] {
  return [...contexts.values()].flatMap(({ instructions }) => stagesOf(instructions).map(({ base }) => base));
}
