import { type Entry, carried, lost, partly } from "./entry.ts";
import { parseDotenv } from "./dotenv.ts";
import { type ComposeNode, at, flagOf, itemsOf, pairsOf, textOf } from "./node.ts";
import { marker } from "./interpolate.ts";
import { type Project, placeOf } from "./project.ts";
import { isSecretName } from "./secrets.ts";

/** A variable of a container, with its value resolved. */
export interface Written {
  readonly name: string;
  readonly value: string;
  readonly node: ComposeNode;
  /** Of an `env_file`, which is then the node. */
  readonly isOfFile: boolean;
}

export type Files = Pick<Project, "root" | "disk" | "folders" | "values">;

export interface Variables {
  readonly written: readonly Written[];
  readonly problems: readonly Entry[];
}

// A node belongs to one model, and its variables are asked for once for each of its texts.
const known = new WeakMap<ComposeNode, Variables>();

/** The variables of `env_file` and `environment`, each once; the latter win. */
export function variablesOf(node: ComposeNode, files: Files): Variables {
  const variables = known.get(node) ?? readVariables(node, files);
  known.set(node, variables);
  return variables;
}

function readVariables(node: ComposeNode, files: Files): Variables {
  const problems: Entry[] = [];
  const found = new Map<string, Written>();
  for (const file of itemsOf(at(node, "env_file"))) {
    const { variables, problem } = ofFile(file, files);
    if (problem) problems.push(problem);
    for (const one of variables) found.set(one.name, one);
  }
  for (const { name, value, node: place } of pairsOf(at(node, "environment"))) {
    const given = value ?? files.values.get(name) ?? (isSecretName(name) ? marker(name) : undefined);
    if (!/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(name))
      problems.push(lost(place, `Kubernetes allows no variable "${name}"`, "give it another name"));
    else if (given === undefined) problems.push(unset(place, name));
    else found.set(name, { name, value: given, node: place, isOfFile: false });
  }
  return { written: [...found.values()], problems };
}

/** However many services say it, it is one variable. */
function unset({ path, where }: ComposeNode, name: string): Entry {
  const message = `the variable ${name} has no value here: Compose takes that of your shell`;
  return {
    path,
    where,
    to: null,
    told: { code: "COMPOSE_VARIABLE", message, fix: `write env.${name}, or ${name}=… into .env` },
  };
}

function ofFile(
  node: ComposeNode,
  files: Files,
): { readonly variables: readonly Written[]; readonly problem: Entry | null } {
  const path = textOf(node) ?? textOf(at(node, "path")) ?? "";
  const found = files.disk(placeOf(files, node, path).absolute);
  if (found?.kind !== "file" || found.text === null) {
    if (flagOf(at(node, "required")) === false)
      return { variables: [], problem: carried(node, "env", absent(node, path)) };
    return { variables: [], problem: lost(node, `the file "${path}" cannot be read`, "write its variables into env") };
  }
  const isRaw = textOf(at(node, "format")) === "raw";
  const pairs = isRaw ? rawPairs(found.text) : [...parseDotenv(found.text, files.values)];
  const variables = pairs.flatMap(([name, value]): Written[] => {
    const given = value ?? files.values.get(name);
    return given === undefined ? [] : [{ name, value: given, node, isOfFile: true }];
  });
  return { variables, problem: variables.length > 0 ? null : carried(node, "env", absent(node, path)) };
}

function absent(node: ComposeNode, path: string): Entry["told"] {
  return partly(node, `"${path}" has no variables here`, "write into env what it holds elsewhere");
}

/** `format: raw`: every line as it is. */
function rawPairs(text: string): readonly (readonly [string, string])[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, name, value = ""] = /^([^#=\s][^=]*)=(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, value] as const];
  });
}
