import { isObject, own } from "../../lib/merge.ts";
import { didYouMean, suggestion } from "../../lib/text.ts";
import { parametersOf } from "../parameters.ts";
import { type Reference, referencesIn } from "../references.ts";
import type { EffectiveService } from "../effective.ts";
import { programsOf } from "../programs.ts";
import type { Path } from "../source.ts";
import type { Problem, Scope, ServiceRule } from "./rule.ts";

/** `${…}` is Slipway's: it names a service that exists here, and one that the network policies will let through. */
export const templates: ServiceRule = (effective, scope) => [
  ...textsOf(effective).flatMap(({ text, path }) => textProblems(effective, text, path, scope)),
  ...strayReferences(effective),
];

/** Where nothing resolves them, references would be written out as they stand. */
function strayReferences(effective: EffectiveService): Problem[] {
  const written = below(effective.service, []).filter(
    ({ text, path }) => /\$\{(services|parameters)\./.test(text) && path.at(-1) !== "description",
  );
  if (written.length === 0) return [];
  const resolved = new Set(textsOf(effective).map(({ path }) => JSON.stringify(path)));
  const stray = written.filter(({ path }) => !resolved.has(JSON.stringify(path)));
  return stray.map(({ path }) => ({
    code: "REFERENCE_NOT_HERE",
    path,
    message: "references are not resolved here",
    fix: "write the plain text; env, command, args, config, files' content, jobs and routes' host resolve references",
  }));
}

/** Every text in which references are resolved. */
export function textsOf({ service }: EffectiveService): { readonly text: string; readonly path: Path }[] {
  const { config, files, routes, develop } = service;
  return [
    ...programsOf(service).flatMap(({ written: { env, args, command }, path }) => [
      ...below(env, [...path, "env"]),
      ...below(args, [...path, "args"]),
      ...below(command, [...path, "command"]),
    ]),
    ...below(develop?.command, ["develop", "command"]),
    ...below(develop?.env, ["develop", "env"]),
    ...below(config?.values, ["config", "values"]),
    ...contents(files),
    ...hosts(routes),
  ];
}

function contents(files: EffectiveService["service"]["files"]): { readonly text: string; readonly path: Path }[] {
  return Object.entries(files ?? {}).flatMap(([name, file]) =>
    "content" in file ? [{ text: file.content, path: ["files", name, "content"] }] : [],
  );
}

function hosts(routes: EffectiveService["service"]["routes"]): { readonly text: string; readonly path: Path }[] {
  return Object.entries(routes ?? {}).flatMap(([name, { host }]) =>
    host === undefined ? [] : [{ text: host, path: ["routes", name, "host"] }],
  );
}

/** Most of what a service holds is looked at and is no text that matters: a path is only made for what is one. */
function below(value: unknown, path: Path): { readonly text: string; readonly path: Path }[] {
  const found: { readonly text: string; readonly path: Path }[] = [];
  const at = [...path];
  const visit = (inner: unknown): void => {
    if (typeof inner === "string") found.push({ text: inner, path: [...at] });
    else if (Array.isArray(inner)) for (let i = 0; i < inner.length; i++) visitAt(i, inner[i]);
    else if (isObject(inner)) for (const key of Object.keys(inner)) visitAt(key, inner[key]);
  };
  const visitAt = (step: string | number, inner: unknown): void => {
    at.push(step);
    visit(inner);
    at.pop();
  };
  visit(value);
  return found;
}

function textProblems(effective: EffectiveService, text: string, path: Path, scope: Scope): Problem[] {
  const { references, parameters, unknown } = referencesIn(text);
  return [
    ...parameters.flatMap((name) => parameterProblem(name, path, scope)),
    ...unknown.map((placeholder) => ({
      code: "REFERENCE_UNKNOWN",
      path,
      message: `${placeholder} is no reference`,
      fix: "write ${services.<name>.host}, .port, .ports.<port> or .url, or ${parameters.<name>}; $(VAR) is for Kubernetes to expand",
    })),
    ...references.flatMap((reference) => referenceProblems(effective, reference, path, scope)),
  ];
}

/** Each environment has parameters of its own; the base has none, and waits for theirs. */
function parameterProblem(name: string, path: Path, { registry, environment }: Scope): Problem[] {
  const known = Object.keys(parametersOf(registry, environment));
  return environment === null || known.includes(name) ? [] : [parameterUnknown(name, environment, known, path)];
}

export function parameterUnknown(name: string, environment: string, known: readonly string[], path: Path): Problem {
  const message = `environment ${environment} has no parameter "${name}"`;
  const near = didYouMean(name, known);
  const fix =
    near === null ? `add "parameters": {"${name}": "…"} to environments.${environment}` : `did you mean "${near}"?`;
  return { code: "PARAMETER_UNKNOWN", path, message, fix };
}

function referenceProblems(effective: EffectiveService, reference: Reference, path: Path, scope: Scope): Problem[] {
  const target = scope.services.get(reference.service);
  if (!target || target.service.kind === "Image")
    return [
      {
        code: "REFERENCE_UNKNOWN",
        path,
        message: `${reference.text}: ${absence(reference.service, scope)}`,
        fix: absenceFix(reference.service, scope),
      },
    ];
  const ports = Object.keys(target.service.ports ?? {});
  if (reference.port !== null && !ports.includes(reference.port))
    return [
      {
        code: "REFERENCE_PORT",
        path,
        message: `${reference.text}: ${reference.service} has no port "${reference.port}"`,
        fix: suggestion(reference.port, ports),
      },
    ];
  if (reference.field !== "host" && reference.port === null && ports.length !== 1 && !ports.includes("http"))
    return [
      {
        code: "REFERENCE_PORT",
        path,
        message: `${reference.text}: ${reference.service} has ${ports.length === 0 ? "no port" : `the ports ${ports.join(", ")}`}`,
        fix: `write \${services.${reference.service}.ports.<name>}`,
      },
    ];
  return scope.registry.environments[scope.environment ?? ""]?.networkPolicies === false
    ? []
    : withoutEdge(effective, reference, path);
}

function absence(service: string, { registry, environment }: Scope): string {
  if (!Object.hasOwn(registry.services, service)) return `there is no service "${service}"`;
  if (registry.services[service]?.kind === "Image") return `${service} is only an image, and runs nowhere`;
  return `${service} is removed in environment ${environment}`;
}

function absenceFix(service: string, { registry, services, environment }: Scope): string {
  const running = [...services.values()].flatMap((one) => (one.service.kind === "Image" ? [] : [one.name]));
  return Object.hasOwn(registry.services, service) && registry.services[service]?.kind !== "Image"
    ? `give it another value there: "environments": {"${environment}": {…}} of the service that uses it`
    : suggestion(service, running);
}

function withoutEdge({ name, service }: EffectiveService, reference: Reference, path: Path): Problem[] {
  if (reference.service === name || own(service.dependsOn, reference.service)) return [];
  return [
    {
      code: "REFERENCE_WITHOUT_EDGE",
      severity: "warning",
      path,
      message: `${name} uses ${reference.text}, but the network policies will refuse it: there is no dependsOn`,
      fix: `add "dependsOn": {"${reference.service}": {}} to services.${name}`,
    },
  ];
}
