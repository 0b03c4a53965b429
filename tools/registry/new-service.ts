import { z } from "zod";
import type { JsonObject } from "../lib/merge.ts";
import { listed, suggestion } from "../lib/text.ts";
import type { Registry } from "./schema.ts";
import { portName, serviceName } from "./schema/names.ts";
import { service } from "./schema/service.ts";

// What is to be known of a new service, in the order in which a person is asked. Every answer is a text, a list of them
// is separated by commas; an empty one means none.

export type Answers = Readonly<Record<string, string>>;

export interface Question {
  /** The flag that answers it. */
  readonly name: string;
  readonly label: string;
  /** What the answer may look like. */
  readonly hint: (registry: Registry) => string;
  /** Words that may be chosen from. */
  readonly choices?: (registry: Registry) => readonly string[];
  /** What holds without an answer; null: there must be one. `isAsked`: whether a person was there to be asked. */
  readonly fallback: (answers: Answers, registry: Registry, isAsked: boolean) => string | null;
  /** Whether it means anything after the answers before. */
  readonly isOpen?: (answers: Answers, registry: Registry) => boolean;
  /** What is wrong with an answer and what to do, or null. */
  readonly problem: (answer: string, registry: Registry) => Problem | null;
}

export interface Problem {
  readonly message: string;
  readonly fix: string;
}

export const QUESTIONS: readonly Question[] = [
  {
    name: "name",
    label: "Name",
    hint: () => "",
    fallback: () => null,
    problem: nameProblem,
  },
  {
    name: "kind",
    label: "Kind",
    hint: () => "",
    choices: () => KINDS,
    fallback: () => DEFAULT_KIND,
    problem: (kind) => (KINDS.includes(kind) ? null : unknown("kind", kind, KINDS)),
  },
  {
    name: "namespace",
    label: "Namespace",
    hint: () => "",
    choices: ({ namespaces }) => Object.keys(namespaces),
    fallback: (_, registry) => usualNamespace(registry),
    isOpen: (_, { namespaces }) => Object.keys(namespaces).length > 1,
    problem: (name, { namespaces }) => {
      const known = Object.keys(namespaces);
      return known.includes(name) ? null : unknown("namespace", name, known);
    },
  },
  {
    name: "build",
    label: "Build from",
    hint: () => "folder with a Dockerfile; empty: a ready image",
    fallback: () => "",
    problem: () => null,
  },
  {
    name: "image",
    label: "Image",
    hint: ({ name }) => `such as ${name}/api:1.0.0`,
    fallback: ({ name, build }, registry) => (build === "" ? null : `${registry.name}/${name}:1.0.0`),
    problem: (image) => schemaProblem(service.shape.image, image, "write name:tag"),
  },
  {
    name: "port",
    label: "Ports",
    hint: () => "name=number, several with commas; - for none",
    fallback: (_, __, isAsked) => (isAsked ? "http=8080" : ""),
    problem: portProblem,
  },
  {
    name: "depends-on",
    label: "Depends on",
    hint: () => "names, several with commas; empty: nothing",
    choices: (registry) => running(registry),
    fallback: () => "",
    problem: (names, registry) => {
      const [missing] = words(names).filter((name) => !running(registry).includes(name));
      return missing === undefined ? null : unknown("service", missing, running(registry));
    },
  },
  {
    name: "route",
    label: "Route",
    hint: () => "path under the environment's host, such as /api; empty: none",
    fallback: () => "",
    isOpen: ({ port = "" }, { environments }) =>
      words(port).length > 0 && Object.values(environments).every(({ ingress }) => ingress !== undefined),
    problem: (path) =>
      path.startsWith("/") ? null : { message: `the path "${path}" does not begin with "/"`, fix: `write /${path}` },
  },
];

/** The entry that the answers amount to; what is a default anyway is not written. */
export function entryOf(answers: Answers, registry: Registry): JsonObject {
  const { kind, namespace, image = "", build = "", port = "", route = "" } = answers;
  const ports = words(port).map(portOf);
  const dependencies = words(answers["depends-on"] ?? "");
  const usual = registry.defaults?.namespace ?? onlyNamespace(registry);
  return {
    ...(kind !== DEFAULT_KIND && { kind }),
    ...(namespace !== "" && namespace !== usual && { namespace }),
    image,
    ...(build !== "" && { build: { context: build } }),
    ...(ports.length > 0 && {
      ports: Object.fromEntries(ports.map(({ name, number }) => [name, { containerPort: number }])),
    }),
    ...(dependencies.length > 0 && { dependsOn: Object.fromEntries(dependencies.map((name) => [name, {}])) }),
    ...(route !== "" && { routes: { main: { path: route, port: ports[0]?.name ?? "http" } } }),
  };
}

const DEFAULT_KIND = "Deployment";

const KINDS: readonly string[] = service.shape.kind.unwrap().options;

function nameProblem(name: string, { services }: Registry): Problem | null {
  if (Object.hasOwn(services, name))
    return { message: `there is a service "${name}" already`, fix: "choose another name, or edit services.json" };
  return schemaProblem(serviceName, name, "choose a name such as billing-api");
}

function portProblem(answer: string): Problem | null {
  const fix = "write name=number, such as http=8080";
  const names = words(answer).map((word) => portOf(word).name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) return { message: `the port "${twice}" is named twice`, fix: "give each a name of its own" };
  for (const word of words(answer)) {
    const { name, number } = portOf(word);
    if (!/^[^=]+=\d+$/.test(word) || number < 1 || number > 65535) return { message: `"${word}" is no port`, fix };
    const problem = schemaProblem(portName, name, fix);
    if (problem) return problem;
  }
  return null;
}

function portOf(word: string): { readonly name: string; readonly number: number } {
  const [name = "", number = ""] = word.split("=");
  return { name, number: Number(number) };
}

function schemaProblem(schema: z.ZodType, value: string, fix: string): Problem | null {
  const result = schema.safeParse(value);
  return result.success ? null : { message: `"${value}" ${result.error.issues[0]?.message ?? "is not allowed"}`, fix };
}

function unknown(noun: string, written: string, known: readonly string[]): Problem {
  return { message: `there is no ${noun} "${written}"`, fix: suggestion(written, known) };
}

/** A single dash is how a person says: nothing. */
export function words(answer: string): string[] {
  const all = answer.split(",").map((word) => word.trim());
  return all.filter((word) => word !== "" && word !== "-");
}

function running({ services }: Registry): string[] {
  return Object.keys(services).filter((name) => services[name]?.kind !== "Image");
}

/** Where a service is that says nothing; else there is none that is usual. */
function usualNamespace(registry: Registry): string | null {
  return registry.defaults?.namespace ?? onlyNamespace(registry) ?? null;
}

function onlyNamespace({ namespaces }: Registry): string | undefined {
  const [only, ...others] = Object.keys(namespaces);
  return others.length === 0 ? only : undefined;
}

/** What to choose from, for those who are told that an answer is missing. */
export function choicesText({ choices, hint }: Question, registry: Registry): string {
  const known = choices?.(registry) ?? [];
  return known.length > 0 ? `one of ${listed(known)}` : hint(registry);
}
