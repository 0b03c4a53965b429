import { suggestion } from "../../../lib/text.ts";
import type { Registry } from "../../schema.ts";
import type { Problem, RegistryRule } from "../rule.ts";

// Folders of an overlay that nothing else may be called.
const RESERVED = ["namespaces", "cluster"];

/** Vendored entries have names of their own among the services, whose folders they share, and name what is declared. */
export const manifestsKnown: RegistryRule = (registry) =>
  Object.keys(registry.manifests ?? {}).flatMap((name) => [
    ...nameProblems(registry, name),
    ...referenceProblems(registry, name),
  ]);

function nameProblems({ services }: Registry, name: string): Problem[] {
  const path = ["manifests", name];
  if (RESERVED.includes(name)) {
    const message = `"${name}" is the name of a folder of every overlay`;
    return [{ code: "NAME_RESERVED", path, message, fix: "rename the entry" }];
  }
  if (!Object.hasOwn(services, name)) return [];
  const message = `a service is called "${name}" as well, and both would be written to k8s/${name}`;
  return [{ code: "NAME_CLASH", path, message, fix: "rename one of the two" }];
}

function referenceProblems({ manifests, namespaces, environments }: Registry, name: string): Problem[] {
  const { namespace, environments: at = [] } = manifests?.[name] ?? {};
  const known = { namespace: Object.keys(namespaces), environment: Object.keys(environments) };
  return [
    ...(namespace === undefined || known.namespace.includes(namespace)
      ? []
      : [
          {
            code: "NAMESPACE_UNKNOWN",
            path: ["manifests", name, "namespace"],
            message: `there is no namespace "${namespace}"`,
            fix: suggestion(namespace, known.namespace),
          },
        ]),
    ...at.flatMap((environment, i) =>
      known.environment.includes(environment)
        ? []
        : [
            {
              code: "ENVIRONMENT_UNKNOWN",
              path: ["manifests", name, "environments", i],
              message: `there is no environment "${environment}"`,
              fix: suggestion(environment, known.environment),
            },
          ],
    ),
  ];
}
