import { type YamlNode, readYaml } from "../../lib/yaml-nodes.ts";
import { mistake } from "./entry.ts";
import { interpolate } from "./interpolate.ts";
import { type Loading, label } from "./loading.ts";
import { isList, isMapping } from "./node.ts";

/** The documents of one Compose file with their variables resolved. What is wrong is among the findings of `loading`. */
export function readDocuments(
  path: string,
  values: ReadonlyMap<string, string>,
  loading: Loading,
): readonly YamlNode[] {
  const file = label(path, loading);
  const found = loading.disk(path);
  if (found?.kind !== "file" || found.text === null) {
    const message = found?.kind === "file" ? `"${file}" is no text` : `there is no file "${file}"`;
    loading.findings.push(mistake("COMPOSE_NOT_FOUND", file, message, "name a Compose file"));
    return [];
  }
  const { documents, problems } = readYaml(found.text.replace(/^\ufeff/, ""), file);
  const fix = "write the file as YAML: docker compose config shows how Compose reads it";
  loading.findings.push(...problems.map(({ where, message }) => mistake("COMPOSE_SYNTAX", where, message, fix)));
  if (problems.length === 0 && documents.length === 0)
    loading.findings.push(mistake("COMPOSE_EMPTY", `${file}:1:1`, "the file is empty", "write services into it"));
  if (documents.length > 1) tellDocuments(documents, loading);
  const right = documents.filter((document) => isMapping(document.value));
  for (const { where } of documents.filter((document) => !isMapping(document.value)))
    loading.findings.push(
      mistake("COMPOSE_TYPE", where, "a Compose file is a mapping", "write services: and below it what runs"),
    );
  return right.map((document) => resolved(document, [], values, loading));
}

function tellDocuments(documents: readonly YamlNode[], { entries }: Loading): void {
  const message = `the file holds ${documents.length} documents: each is laid over those before it, as Compose does`;
  const told = {
    code: "COMPOSE_GUESS" as const,
    message,
    fix: "check the result, or write them into files of their own",
  };
  entries.push({ path: [], where: documents[1]?.where ?? "", to: "services", told });
}

/** Keys stay as they are, and so does what a program of another name reads: `x-` fields. */
function resolved(
  node: YamlNode,
  path: readonly string[],
  values: ReadonlyMap<string, string>,
  loading: Loading,
): YamlNode {
  const { value } = node;
  if (isMapping(value)) {
    const entries = [...value].map(([key, inner]) => [key, resolved(inner, [...path, key], values, loading)] as const);
    return { ...node, value: new Map(entries) };
  }
  if (isList(value))
    return { ...node, value: value.map((item, i) => resolved(item, [...path, `${i}`], values, loading)) };
  if (typeof value !== "string" || !value.includes("$")) return node;
  return { ...node, value: resolvedText(value, node.where, path, values, loading) };
}

function resolvedText(
  written: string,
  where: string,
  path: readonly string[],
  values: ReadonlyMap<string, string>,
  loading: Loading,
): string {
  const { text, variables, problem } = interpolate(written, values);
  if (problem !== null)
    loading.findings.push(mistake("COMPOSE_VARIABLE", where, problem, "write ${NAME}; a dollar of its own is $$"));
  if (path.some((key) => key.startsWith("x-"))) return text;
  loading.variables.push(...variables.map((variable) => ({ ...variable, where })));
  for (const { name, from, required } of variables)
    if (from === "unset" && required !== null)
      loading.findings.push(
        mistake("COMPOSE_VARIABLE", where, `the variable ${name} is not set: ${required}`, `write ${name}=… into .env`),
      );
  return text;
}
