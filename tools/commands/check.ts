import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { OUTPUT_FOLDERS } from "../layout/folders.ts";
import { type Finding, userError } from "../lib/errors.ts";
import { readText, readTree } from "../lib/files.ts";
import { count, suggestion } from "../lib/text.ts";
import { parseYaml } from "../lib/yaml.ts";
import type { Kustomization } from "../policy/check.ts";
import { declaredExceptions } from "../policy/exceptions.ts";
import { checksPage } from "../policy/pages/checks.ts";
import { type Platform, exceptionsPage } from "../policy/pages/exceptions.ts";
import { CHECKS, GROUPS, type Report, runChecks } from "../policy/run.ts";
import { type Surroundings, buildsOf, subjectOf } from "../policy/subject.ts";
import { type Inputs, REGISTRY_FILE, readInputs } from "../registry/read.ts";
import { contextKey, readBuildContexts } from "../sources/build-context.ts";
import type { Command, CommandContext, CommandResult } from "./command.ts";

export const check: Command = {
  summary:
    "check every environment's objects and what its images are built from: hardening, references, the closed world",
  usage: "[ENVIRONMENT…] [--list | --exceptions]",
  maxPositionals: 50,
  examples: [
    "npm run check",
    "npm run check -- airgap prod                   # these environments only",
    "npm run check -- --list                        # every check, with what others call it",
    "npm run -s check -- --json | jq .findings      # every finding by itself",
    "npm run -s check -- --list --markdown > docs/checks.md",
    "npm run -s check -- --exceptions > docs/exceptions.md",
  ],
  flags: {
    list: { type: "boolean", description: "list the checks: code, severity, where it holds, what others call it" },
    markdown: { type: "boolean", description: "with --list: as a page, with what is not checked here and why" },
    exceptions: {
      type: "boolean",
      description: "print every exception with its reason, as a page; registries below examples/ too",
    },
  },
  details: [
    "An error gives exit code 1, a warning does not. `exceptions` of a service or an environment answer a check with a",
    "reason; one that answers nothing, has expired or names no check is an error. What an image is built from is read",
    "where its build context is here. Findings of several objects are told once; --json has each by itself.",
  ],
  run: async (context) => {
    if (context.flags["list"] === true) return listed(context);
    if (context.flags["exceptions"] === true) return excepted(context);
    return checked(context);
  },
};

async function checked({ root, positionals }: CommandContext): Promise<CommandResult> {
  const { inputs, warnings } = await readInputs(root);
  const environments = chosen(inputs, positionals);
  const surroundings = await readSurroundings(root, inputs);
  const subjects = environments.map((environment) => subjectOf(inputs, environment, surroundings));
  const today = new Date().toISOString().slice(0, 10);
  const report = runChecks(subjects, declaredExceptions(inputs), today);
  // An exception may be for an environment that was not looked at.
  const told = report.findings.filter(({ code }) => positionals.length === 0 || code !== "EXCEPTION_UNUSED");
  return toResult({ ...report, findings: [...warnings, ...told] }, unseen(inputs, environments, surroundings));
}

function chosen({ registry }: Inputs, positionals: readonly string[]): readonly string[] {
  const known = Object.keys(registry.environments);
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown === undefined) return positionals.length > 0 ? [...new Set(positionals)] : known;
  throw userError(
    "ENVIRONMENT_UNKNOWN",
    "command line",
    `there is no environment "${unknown}"`,
    suggestion(unknown, known),
  );
}

/** What the checks see beside the registry: build contexts and kustomizations, ours and others'. */
export async function readSurroundings(root: string, inputs: Inputs): Promise<Surroundings> {
  const builds = Object.keys(inputs.registry.environments).flatMap((environment) => buildsOf(inputs, environment));
  const contexts = await readBuildContexts(
    root,
    builds.map(({ build }) => build),
  );
  return { contexts, kustomizations: await readKustomizations(root) };
}

async function readKustomizations(root: string): Promise<Kustomization[]> {
  const tree = await readTree(root, OUTPUT_FOLDERS);
  return [...tree]
    .filter(([path]) => /(^|\/)kustomization\.ya?ml$|(^|\/)Kustomization$/.test(path))
    .map(([path, text]) => ({ path, value: readable(path, text) }));
}

function readable(path: string, text: string): unknown {
  try {
    return parseYaml(text);
  } catch (error) {
    const message = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw userError("KUSTOMIZATION_UNREADABLE", path, `it is no YAML: ${message}`, "correct it, or remove it");
  }
}

/** Services whose sources are not here. */
function unseen(inputs: Inputs, environments: readonly string[], { contexts }: Surroundings): string[] {
  const builds = environments.flatMap((environment) => buildsOf(inputs, environment));
  const missing = builds.filter(({ build }) => !contexts.has(contextKey(build)));
  return [...new Set(missing.map(({ service, build }) => `${build.context} (${service})`))];
}

function toResult(report: Report, notSeen: readonly string[]): CommandResult {
  const found = (wanted: Finding["severity"]): number =>
    report.findings.filter(({ severity }) => severity === wanted).length;
  const reasons = [...new Set(report.answered.map(({ finding, reason }) => `${finding.code}: ${reason}`))];
  const times = (line: string): number =>
    report.answered.filter(({ finding, reason }) => `${finding.code}: ${reason}` === line).length;
  const tally = [
    found("error") > 0 ? count(found("error"), "error") : "",
    found("warning") > 0 ? count(found("warning"), "warning") : "",
    report.findings.length === 0 ? "nothing found" : "",
    `${report.answered.length} excepted`,
  ].filter((part) => part !== "");
  return {
    output: [
      ...reasons.map((line) => `excepted  ${line} (${times(line)}×)`),
      ...(notSeen.length === 0 ? [] : [`not here  sources of images, so not looked at: ${notSeen.join(", ")}`]),
    ],
    summary: `${count(CHECKS.length, "check")} on ${count(report.objects, "object")}: ${tally.join(", ")}`,
    findings: report.findings,
    exitCode: found("error") === 0 ? 0 : 1,
    data: { ...report, notSeen },
  };
}

function listed({ flags }: CommandContext): CommandResult {
  const rows = GROUPS.flatMap(({ name: group, checks }) =>
    checks.map(({ code, severity, title, tags, profiles }) => ({ group, code, severity, title, tags, profiles })),
  );
  const width = Math.max(...rows.map(({ code }) => code.length));
  const lines = GROUPS.flatMap(({ name, checks }) => [
    name,
    ...checks.flatMap(({ code, severity, title, tags, profiles }) => [
      `  ${code.padEnd(width)}  ${severity.padEnd(7)}  ${title}${profiles ? ` (${profiles.join(", ")})` : ""}`,
      ...(tags.length === 0 ? [] : [`  ${"".padEnd(width)}           ${tags.join(" ")}`]),
    ]),
    "",
  ]);
  return {
    output: flags["markdown"] === true ? [checksPage().trimEnd()] : lines.slice(0, -1),
    summary: null,
    findings: [],
    exitCode: 0,
    data: rows,
  };
}

async function excepted({ root }: CommandContext): Promise<CommandResult> {
  const platforms = await readPlatforms(root);
  const data = platforms.map(({ folder, name, exceptions }) => ({ folder, name, exceptions }));
  return { output: [exceptionsPage(platforms).trimEnd()], summary: null, findings: [], exitCode: 0, data };
}

/** The registry of `root`, and those of the examples beside it. */
async function readPlatforms(root: string): Promise<Platform[]> {
  const entries = await readdir(join(root, "examples"), { withFileTypes: true }).catch(() => []);
  const examples = entries.filter((entry) => entry.isDirectory()).map(({ name }) => `examples/${name}`);
  const folders = [".", ...examples.toSorted()];
  const found = await Promise.all(
    folders.map(async (folder) => {
      const path = join(root, folder, REGISTRY_FILE);
      if (folder !== "." && (await readText(path)) === null) return [];
      const { inputs } = await readInputs(join(root, folder));
      return [{ folder, name: inputs.registry.name, exceptions: declaredExceptions(inputs) }];
    }),
  );
  return found.flat();
}
