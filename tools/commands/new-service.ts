import { basename, join } from "node:path";
import { type Finding, UserError, findingsOf, userError } from "../lib/errors.ts";
import { readText, writeAtomically } from "../lib/files.ts";
import { withService } from "../registry/add-service.ts";
import { type Answers, QUESTIONS, type Question, choicesText, entryOf } from "../registry/new-service.ts";
import { REGISTRY_FILE, inputsFrom } from "../registry/read.ts";
import type { Registry } from "../registry/schema.ts";
import type { CommandContext, CommandResult } from "./command.ts";
import { generate } from "./generate.ts";
import { platformText } from "./new-platform.ts";

/** Asks for what no flag says, and writes the entry and what follows from it; nothing when the registry would be wrong. */
export async function newService(context: CommandContext, name: string | undefined): Promise<CommandResult> {
  const file = join(context.root, REGISTRY_FILE);
  const before = (await readText(file)) ?? (await begun(context));
  const { registry } = (await inputsFrom(context.root, before)).inputs;
  const answers = await answered(context, registry, name);
  const service = answers["name"] ?? "";
  const after = withService(before, service, entryOf(answers, registry));
  await inputsFrom(context.root, after).catch((error: unknown) => refuse(error, before, after, service));
  await writeAtomically(file, after);
  return generated(context, service);
}

/** Without a registry: one that is begun, where somebody wants it. */
async function begun({ ask, root }: CommandContext): Promise<string> {
  if (ask) {
    const label = `There is no ${REGISTRY_FILE} here. Name of the platform, to begin one`;
    const fallback = basename(root);
    const name = await ask({ label, hint: "", fallback, choices: [], problem: null });
    return platformText(name === "" ? fallback : name);
  }
  const fix = "begin one: npm run new -- platform NAME; or name its folder with --root DIR";
  throw userError("REGISTRY_NOT_FOUND", join(root, REGISTRY_FILE), `there is no ${REGISTRY_FILE} here`, fix);
}

async function answered(context: CommandContext, registry: Registry, name: string | undefined): Promise<Answers> {
  const answers: Record<string, string> = {};
  const findings: Finding[] = [];
  for (const question of QUESTIONS) {
    const given = question.name === "name" ? name : flagText(context.flags[question.name]);
    if (given === undefined && question.isOpen?.(answers, registry) === false) answers[question.name] = "";
    else if (given !== undefined) {
      findings.push(...refusal(question, given, registry));
      answers[question.name] = given;
    } else if (context.ask && findings.length === 0) {
      answers[question.name] = await asked(context.ask, question, answers, registry);
    } else {
      const fallback = question.fallback(answers, registry, false);
      if (fallback === null) findings.push(missing(question, registry));
      answers[question.name] = fallback ?? "";
    }
  }
  if (findings.length > 0) throw new UserError(findings);
  return answers;
}

/** The same question until its answer is right. */
async function asked(
  ask: NonNullable<CommandContext["ask"]>,
  question: Question,
  answers: Answers,
  registry: Registry,
  problem: string | null = null,
): Promise<string> {
  const { label, hint, choices } = question;
  const fallback = question.fallback(answers, registry, true);
  const prompt = { label, hint: hint(registry), fallback, choices: choices?.(registry) ?? [], problem };
  const answer = (await ask(prompt)) || fallback;
  if (answer === null) return asked(ask, question, answers, registry, "this one needs an answer");
  const wrong = answer === "" ? null : question.problem(answer, registry);
  return wrong ? asked(ask, question, answers, registry, `${wrong.message}: ${wrong.fix}`) : answer;
}

function refusal(question: Question, given: string, registry: Registry): Finding[] {
  const wrong = given === "" ? null : question.problem(given, registry);
  return wrong ? [{ code: "ANSWER_INVALID", severity: "error", where: whereOf(question), ...wrong }] : [];
}

function missing(question: Question, registry: Registry): Finding {
  const what = choicesText(question, registry);
  const flag = question.name === "name" ? "npm run new -- service NAME" : `add --${question.name}`;
  return {
    code: "ANSWERS_MISSING",
    severity: "error",
    where: "command line",
    message: `nothing says the new service's ${question.label.toLowerCase()}, and nobody can be asked here`,
    fix: what === "" ? flag : `${flag}: ${what}`,
  };
}

function whereOf({ name }: Question): string {
  return name === "name" ? "command line" : `--${name}`;
}

function flagText(flag: CommandContext["flags"][string]): string | undefined {
  if (typeof flag === "string") return flag;
  return Array.isArray(flag) ? flag.join(",") : undefined;
}

/** What is wrong with the new entry has no place in the file yet; what is wrong elsewhere keeps its own. */
function refuse(error: unknown, before: string, after: string, service: string): never {
  const lines = (text: string): number => text.split("\n").length;
  const start = firstDifference(before, after);
  const [first, last] = [lines(after.slice(0, start)), lines(after.slice(0, start + after.length - before.length))];
  const findings = findingsOf(error).map((finding): Finding => {
    const line = Number(/^services\.json:(\d+):/.exec(finding.where)?.[1]);
    return line >= first && line <= last
      ? { ...finding, where: `the new service ${service} (nothing was written)` }
      : finding;
  });
  throw new UserError(findings);
}

function firstDifference(a: string, b: string): number {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  return i;
}

async function generated(context: CommandContext, service: string): Promise<CommandResult> {
  const added = `${service} is in ${REGISTRY_FILE}`;
  const result = await generate.run({ ...context, flags: {} }).catch((error: unknown): CommandResult => ({
    output: [],
    findings: findingsOf(error),
    summary: "nothing else was written: npm run gen",
    exitCode: 1,
    data: null,
  }));
  return {
    output: [`update ${REGISTRY_FILE}`, ...(result?.output ?? [])],
    findings: result?.findings ?? [],
    summary: `${added}; ${result?.summary ?? ""}`,
    exitCode: result?.exitCode ?? 0,
    data: { service, ...(result?.data as object | null) },
  };
}
