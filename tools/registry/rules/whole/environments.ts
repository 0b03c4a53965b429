import { own } from "../../../lib/merge.ts";
import { suggestion } from "../../../lib/text.ts";
import { resolvedEnvironment } from "../../parameters.ts";
import type { Environment, Registry } from "../../schema.ts";
import type { Problem, RegistryRule } from "../rule.ts";

// Folders of an overlay that no service may be called.
const RESERVED = ["namespaces", "cluster"];

/** Every name that one part of the registry uses for another is declared, and environments stay apart from services. */
export const environmentsKnown: RegistryRule = (registry) => [
  ...Object.entries(registry.environments).flatMap(([name, environment]) =>
    environmentProblems(registry, name, environment),
  ),
  ...Object.keys(registry.services).flatMap((name) => serviceProblems(registry, name)),
  ...Object.keys(registry.volumes ?? {}).flatMap((name) => volumeProblems(registry, name)),
];

/** A claim that several services mount lies in one namespace, and differs only where there is an environment. */
function volumeProblems(registry: Registry, name: string): Problem[] {
  return [...volumeNamespaceProblems(registry, name), ...volumeEnvironmentProblems(registry, name)];
}

function volumeNamespaceProblems(registry: Registry, name: string): Problem[] {
  const known = Object.keys(registry.namespaces);
  const namespace = registry.volumes?.[name]?.namespace;
  const at = ["volumes", name];
  if (namespace !== undefined) return unknown("NAMESPACE_UNKNOWN", [...at, "namespace"], "namespace", namespace, known);
  if (known.length === 1) return [];
  const message = `the shared volume "${name}" says no namespace, and there is more than one`;
  return [{ code: "NAMESPACE_MISSING", path: at, message, fix: `add "namespace": one of ${known.join(", ")}` }];
}

function volumeEnvironmentProblems(registry: Registry, name: string): Problem[] {
  const known = Object.keys(registry.environments);
  return Object.keys(registry.volumes?.[name]?.environments ?? {}).flatMap((environment) =>
    unknown("ENVIRONMENT_UNKNOWN", ["volumes", name, "environments", environment], "environment", environment, known),
  );
}

function environmentProblems(registry: Registry, name: string, environment: Environment): Problem[] {
  const at = ["environments", name];
  const known = {
    namespaces: Object.keys(registry.namespaces),
    registries: Object.keys(registry.registries ?? {}),
    secrets: Object.keys(registry.secrets ?? {}),
  };
  return [
    ...Object.keys(environment.namespaces ?? {}).flatMap((namespace) =>
      unknown("NAMESPACE_UNKNOWN", [...at, "namespaces", namespace], "namespace", namespace, known.namespaces),
    ),
    ...(environment.registry === undefined
      ? []
      : unknown("REGISTRY_HOST_UNKNOWN", [...at, "registry"], "registry", environment.registry, known.registries)),
    ...Object.keys(environment.secrets ?? {}).flatMap((secret) =>
      unknown("SECRET_UNKNOWN", [...at, "secrets", secret], "secret", secret, known.secrets),
    ),
    ...mappedTogether(registry, name, environment),
    ...mockProblems(registry, name, environment),
  ];
}

function mappedTogether(registry: Registry, name: string, environment: Environment): Problem[] {
  const owners = new Map<string, string>();
  const { namespaces = {} } = resolvedEnvironment(environment);
  return Object.keys(registry.namespaces).flatMap((namespace) => {
    const mapped = own(namespaces, namespace) ?? namespace;
    const other = owners.get(mapped);
    owners.set(mapped, namespace);
    if (other === undefined) return [];
    const message = `the namespaces ${other} and ${namespace} both become ${mapped} in environment ${name}`;
    return [
      {
        code: "NAMESPACE_CLASH",
        path: ["environments", name, "namespaces", namespace],
        message,
        fix: "map each to a namespace of its own",
      },
    ];
  });
}

function mockProblems(registry: Registry, name: string, environment: Environment): Problem[] {
  const { mocks } = environment;
  const names =
    mocks === "gpu"
      ? Object.keys(registry.services).filter((service) => registry.services[service]?.gpu)
      : (mocks ?? []);
  return names.flatMap((service) => {
    const path = ["environments", name, "mocks"];
    if (!Object.hasOwn(registry.services, service))
      return unknown("MOCK_UNKNOWN", path, "service", service, Object.keys(registry.services));
    const written = registry.services[service];
    if (written?.mock || written?.environments?.[name] === null) return [];
    return [
      {
        code: "MOCK_MISSING",
        path,
        message: `${service} is to be mocked in environment ${name}, but says no "mock"`,
        fix: `add "mock" to services.${service}, or remove it there: "environments": {"${name}": null}`,
      },
    ];
  });
}

function serviceProblems(registry: Registry, name: string): Problem[] {
  const patches = registry.services[name]?.environments ?? {};
  const known = Object.keys(registry.environments);
  const reserved = RESERVED.includes(name)
    ? [
        {
          code: "NAME_RESERVED",
          path: ["services", name],
          message: `"${name}" is the name of a folder of every overlay`,
          fix: "rename the service",
        },
      ]
    : [];
  return [
    ...reserved,
    ...Object.keys(patches).flatMap((environment) =>
      unknown(
        "ENVIRONMENT_UNKNOWN",
        ["services", name, "environments", environment],
        "environment",
        environment,
        known,
      ),
    ),
  ];
}

function unknown(
  code: string,
  path: readonly string[],
  noun: string,
  name: string,
  known: readonly string[],
): Problem[] {
  return known.includes(name)
    ? []
    : [{ code, path, message: `there is no ${noun} "${name}"`, fix: suggestion(name, known) }];
}
