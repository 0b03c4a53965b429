import type { Platform } from "../../tools/diff/platform.ts";
import { environmentModel } from "../../tools/model/model.ts";
import type { Inputs } from "../../tools/registry/read.ts";
import { render } from "../../tools/render/render.ts";

/** Every environment of a registry, drawn. */
export function platformOf(inputs: Inputs): Platform {
  return new Map(
    Object.keys(inputs.registry.environments).map((environment) => {
      const model = environmentModel(inputs, environment);
      return [environment, { model, placed: render(model) }];
    }),
  );
}
