import { basename, join } from "node:path";
import { userError } from "../lib/errors.ts";
import { readText, writeAtomically } from "../lib/files.ts";
import { REGISTRY_FILE } from "../registry/read.ts";
import { dnsLabel } from "../registry/schema/names.ts";
import type { CommandContext, CommandResult } from "./command.ts";

/** Writes a registry of one namespace, two environments and no service. */
export async function newPlatform({ root, ask }: CommandContext, given: string | undefined): Promise<CommandResult> {
  const file = join(root, REGISTRY_FILE);
  if ((await readText(file)) !== null) {
    const fix = "add to it: npm run new -- service; or name another folder with --root DIR";
    throw userError("REGISTRY_EXISTS", REGISTRY_FILE, `there is a ${REGISTRY_FILE} here already`, fix);
  }
  const fallback = basename(root);
  const prompt = { label: "Name of the platform", hint: "", fallback, choices: [], problem: null };
  const name = given ?? (ask ? (await ask(prompt)) || fallback : undefined);
  if (name === undefined)
    throw userError(
      "ANSWERS_MISSING",
      "command line",
      "nothing says the platform's name",
      "npm run new -- platform NAME",
    );
  const text = platformText(name);
  await writeAtomically(file, text);
  return {
    output: [`create ${REGISTRY_FILE}`],
    summary: `${name} is begun; add to it: npm run new -- service`,
    findings: [],
    exitCode: 0,
    data: { platform: name },
  };
}

/** The smallest registry that is right. Throws a `UserError` for a name that cannot be one. */
export function platformText(name: string): string {
  const result = dnsLabel.safeParse(name);
  if (!result.success) {
    const message = `"${name}" ${result.error.issues[0]?.message ?? "is no name"}`;
    throw userError("ANSWER_INVALID", "command line", message, "choose a name such as shop");
  }
  return `{
  "name": "${name}",
  "namespaces": { "${name}": {} },
  "environments": {
    "local": { "profile": "local" },
    "prod": { "profile": "prod" }
  },
  "services": {}
}
`;
}
