import { replaceParameters } from "./references.ts";
import type { Environment, Registry } from "./schema.ts";

/** An environment's parameters; none in the base, whose texts keep `${parameters.<name>}` for the overlays to replace. */
export function parametersOf(registry: Registry, environment: string | null): Readonly<Record<string, string>> {
  return environment === null ? {} : (registry.environments[environment]?.parameters ?? {});
}

/** The environment with its parameters put into its own texts: what its namespaces are called, and its usual host. */
export function resolvedEnvironment(environment: Environment): Environment {
  const { parameters = {}, namespaces, ingress } = environment;
  const resolve = (text: string): string => replaceParameters(text, parameters);
  return {
    ...environment,
    ...(namespaces && { namespaces: resolvedTexts(namespaces, resolve) }),
    ...(ingress?.host !== undefined && { ingress: { ...ingress, host: resolve(ingress.host) } }),
  };
}

/** The registry with other values for an environment's parameters: what a preview of its own is. */
export function withParameters(
  registry: Registry,
  environment: string,
  values: Readonly<Record<string, string>>,
): Registry {
  const settings = registry.environments[environment];
  if (!settings || Object.keys(values).length === 0) return registry;
  const changed = { ...settings, parameters: { ...settings.parameters, ...values } };
  return { ...registry, environments: { ...registry.environments, [environment]: changed } };
}

export function resolvedTexts(
  texts: Readonly<Record<string, string>>,
  resolve: (text: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, resolve(text)]));
}
