import type { Inputs } from "../../tools/registry/read.ts";

/** The same inputs with a service that is not mocked in an environment, although the environment mocks its like. Pure. */
export function withoutMocks(inputs: Inputs, environment: string, names: readonly string[]): Inputs {
  const settings = inputs.registry.environments[environment];
  if (!settings || names.length === 0) return inputs;
  const { services } = inputs.registry;
  const mocked =
    settings.mocks === "gpu"
      ? Object.keys(services).filter((name) => services[name]?.gpu !== undefined)
      : (settings.mocks ?? []);
  const mocks = mocked.filter((name) => !names.includes(name));
  const environments = { ...inputs.registry.environments, [environment]: { ...settings, mocks } };
  return { ...inputs, registry: { ...inputs.registry, environments } };
}

/** `only` with everything that they depend on, less `except`. Null: every service. Pure. */
export function chosenServices(
  all: readonly string[],
  dependenciesOf: (name: string) => readonly string[],
  { only, except }: { readonly only: readonly string[] | null; readonly except: readonly string[] },
): readonly string[] | null {
  if (only === null && except.length === 0) return null;
  const chosen = new Set<string>();
  const choose = (name: string): void => {
    if (chosen.has(name) || except.includes(name)) return;
    chosen.add(name);
    dependenciesOf(name).forEach(choose);
  };
  (only ?? all).forEach(choose);
  return all.filter((name) => chosen.has(name));
}
