import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type Finding, UserError, findingsOf, userError } from "../lib/errors.ts";
import { readText, writeAtomically } from "../lib/files.ts";
import { count, suggestion } from "../lib/text.ts";
import { disk } from "../import/compose/disk.ts";
import { type Imported, importCompose } from "../import/compose/index.ts";
import { reportFindings, reportLines } from "../import/compose/report.ts";
import { formatRegistry } from "../import/format.ts";
import { parseRegistry } from "../registry/parse.ts";
import { REGISTRY_FILE } from "../registry/read.ts";
import { validate } from "../registry/validate.ts";
import type { Command, CommandContext, CommandResult } from "./command.ts";

const FORMATS = ["compose"];
// In the order in which Compose itself looks for them.
const COMPOSE_FILES = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];
const SCHEMA = "tools/registry/services.schema.json";

export const importCommand: Command = {
  summary: "write services.json from Compose files; every key is carried over, or named with what to do",
  usage: "compose [FILE…]",
  maxPositionals: 20,
  examples: [
    "npm run import -- compose docker-compose.yml",
    "npm run import -- compose compose.yaml compose.prod.yaml --profile worker --output -",
  ],
  flags: {
    name: { type: "string", value: "NAME", description: "name of the platform (default: that of the Compose project)" },
    namespace: { type: "string", value: "NS", description: "namespace of the services (default: the platform's name)" },
    output: {
      type: "string",
      value: "FILE",
      description: "file to write (default: services.json); - for standard output",
    },
    profile: {
      type: "string",
      value: "P",
      multiple: true,
      description: "take the services of this profile too; * for all",
    },
    "env-file": {
      type: "string",
      value: "FILE",
      multiple: true,
      description: "variables (default: .env beside the first file)",
    },
    force: { type: "boolean", description: "overwrite a services.json that is there" },
  },
  details: [
    "Several files are merged as Compose merges them: later ones are laid over earlier ones.",
    "The values of variables that look like secrets are never written: services read them from a Secret.",
    "Exit code 0: written, whatever is told. 1: the Compose files are wrong, and nothing is written.",
  ],
  run: runImport,
};

async function runImport(context: CommandContext): Promise<CommandResult> {
  const { root, flags } = context;
  const files = filesOf(context);
  const output = typeof flags["output"] === "string" ? flags["output"] : REGISTRY_FILE;
  const target = output === "-" ? null : resolve(root, output);
  if (target !== null && flags["force"] !== true && (await readText(target)) !== null)
    throw userError(
      "IMPORT_EXISTS",
      output,
      "there is one already",
      "--output FILE writes another, --force overwrites it",
    );
  const texts = (flag: string): string[] => (Array.isArray(flags[flag]) ? [...(flags[flag] as string[])] : []);
  const place = target === null ? root : dirname(target);
  const imported = importCompose(
    {
      files,
      envFiles: texts("env-file").map((file) => resolve(root, file)),
      root: place,
      profiles: texts("profile"),
      name: typeof flags["name"] === "string" ? flags["name"] : null,
      namespace: typeof flags["namespace"] === "string" ? flags["namespace"] : null,
    },
    disk,
  );
  if (imported.registry === null)
    return { output: [], summary: null, findings: imported.findings, exitCode: 1, data: { entries: [] } };
  const schema = existsSync(join(place, SCHEMA)) ? { $schema: `./${SCHEMA}` } : {};
  const text = formatRegistry({ ...schema, ...imported.registry });
  if (target !== null) await writeAtomically(target, text);
  return result(imported, text, target === null ? null : output, [
    ...overrideBeside(files),
    ...incomplete(text, output),
  ]);
}

/** The words behind `compose`; without any the file that Compose would take. */
function filesOf({ root, positionals }: CommandContext): readonly string[] {
  const [format, ...files] = positionals;
  if (format === undefined || !FORMATS.includes(format))
    throw userError(
      "IMPORT_FORMAT",
      "command line",
      format === undefined ? "say from which format" : `there is no format "${format}"`,
      format === undefined ? "npm run import -- compose docker-compose.yml" : suggestion(format, FORMATS),
    );
  if (files.length > 0) return files.map((file) => resolve(root, file));
  const found = COMPOSE_FILES.map((file) => join(root, file)).find((file) => existsSync(file));
  if (found !== undefined) return [found];
  throw userError(
    "COMPOSE_NOT_FOUND",
    root,
    "there is no Compose file here",
    "name it: npm run import -- compose FILE",
  );
}

/** Compose reads it unasked where no file is named; whoever names one must name both. */
function overrideBeside(files: readonly string[]): Finding[] {
  const beside = files.flatMap((file) => {
    const [stem = "", extension = ""] = basename(file).split(/\.(ya?ml)$/);
    const override = join(dirname(file), `${stem}.override.${extension}`);
    return COMPOSE_FILES.includes(basename(file)) && !files.includes(override) && existsSync(override)
      ? [override]
      : [];
  });
  return beside.map((file) => ({
    code: "COMPOSE_OVERRIDE",
    severity: "warning",
    where: basename(file),
    message: "it lies beside the file, and was not read",
    fix: "name it behind the other file where it belongs to it",
  }));
}

/** What a person must complete before `npm run gen`: it was written all the same. */
function incomplete(text: string, file: string): Finding[] {
  return problemsOf(text, file).map((one) => ({ ...one, severity: "warning" }));
}

function problemsOf(text: string, file: string): readonly Finding[] {
  try {
    const { registry, source } = parseRegistry(text, file === "-" ? REGISTRY_FILE : file);
    return validate(registry, source);
  } catch (error) {
    if (error instanceof UserError) return findingsOf(error);
    throw error;
  }
}

function result(imported: Imported, text: string, file: string | null, others: readonly Finding[]): CommandResult {
  const { entries, variables } = imported;
  const told = entries.filter((entry) => entry.told !== null).length;
  const carried = entries.filter((entry) => entry.to !== null).length;
  const counted = `${count(entries.length, "key")}: ${carried} carried over, ${told} to look at`;
  return {
    output: file === null ? [text.trimEnd()] : reportLines(imported),
    summary: file === null ? counted : `${file} written; ${counted}`,
    findings: [...reportFindings(imported), ...others],
    tellsAll: true,
    exitCode: 0,
    data: {
      file,
      registry: imported.registry,
      entries,
      variables: variables.map(({ where, name, from }) => ({ where, name, from })),
    },
  };
}
