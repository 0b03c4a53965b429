import { resolvedEnvironment } from "../../parameters.ts";
import { referencesIn } from "../../references.ts";
import type { Environment, Registry } from "../../schema.ts";
import { dnsLabel } from "../../schema/names.ts";
import type { Path } from "../../source.ts";
import type { Problem, RegistryRule } from "../rule.ts";
import { parameterUnknown } from "../templates.ts";

/** What the texts of an environment and of its namespaces refer to is there, and what comes of it are names. */
export const parametersKnown: RegistryRule = (registry) =>
  Object.entries(registry.environments).flatMap(([name, environment]) => [
    ...textsOf(registry, name, environment).flatMap(({ text, path }) => textProblems(text, path, name, environment)),
    ...nameProblems(name, environment),
  ]);

interface Text {
  readonly text: string;
  readonly path: Path;
}

function textsOf(registry: Registry, name: string, { namespaces, ingress }: Environment): Text[] {
  const at = ["environments", name];
  const words = Object.entries(registry.namespaces).flatMap(([namespace, { labels, annotations }]) => [
    ...texts(labels, ["namespaces", namespace, "labels"]),
    ...texts(annotations, ["namespaces", namespace, "annotations"]),
  ]);
  return [
    ...texts(namespaces, [...at, "namespaces"]),
    ...(ingress?.host === undefined ? [] : [{ text: ingress.host, path: [...at, "ingress", "host"] }]),
    ...words,
  ];
}

function texts(record: Readonly<Record<string, string>> = {}, path: Path): Text[] {
  return Object.entries(record).map(([key, text]) => ({ text, path: [...path, key] }));
}

function textProblems(text: string, path: Path, name: string, environment: Environment): Problem[] {
  const { parameters, references, unknown } = referencesIn(text);
  const known = Object.keys(environment.parameters ?? {});
  const others = [...references.map((reference) => reference.text), ...unknown];
  return [
    ...parameters.filter((one) => !known.includes(one)).map((one) => parameterUnknown(one, name, known, path)),
    ...others.map((placeholder) => ({
      code: "REFERENCE_NOT_HERE",
      path,
      message: `${placeholder} means nothing here`,
      fix: "only ${parameters.<name>} is replaced here",
    })),
  ];
}

/** A value of a parameter decides what a namespace is called: it must still be a name. */
function nameProblems(name: string, environment: Environment): Problem[] {
  return Object.entries(resolvedEnvironment(environment).namespaces ?? {}).flatMap(([namespace, resolved]) => {
    const result = dnsLabel.safeParse(resolved);
    if (result.success || resolved.includes("${")) return [];
    const message = `the namespace ${namespace} becomes "${resolved}" in environment ${name}, which ${result.error.issues[0]?.message ?? "is no name"}`;
    const fix = "write another name, or another value of the parameter in it";
    return [{ code: "NAMESPACE_NAME", path: ["environments", name, "namespaces", namespace], message, fix }];
  });
}
