import type { Finding } from "../lib/errors.ts";
import { suggestion } from "../lib/text.ts";
import { type Check, type Subject, type Violation, idOf } from "./check.ts";
import type { DeclaredException } from "./exceptions.ts";
import * as groups from "./checks/index.ts";
import { isOfLinter } from "./linters.ts";

/** Checks by what they are about; both in the order of their names, whoever added which last. */
export const GROUPS: readonly { readonly name: string; readonly checks: readonly Check[] }[] = Object.entries(
  groups,
).map(([name, checks]) => ({ name, checks: Object.values(checks) }));

export const CHECKS: readonly Check[] = GROUPS.flatMap(({ checks }) => checks);

export interface AnsweredFinding {
  readonly finding: Finding;
  readonly reason: string;
}

export interface Report {
  readonly findings: readonly Finding[];
  readonly answered: readonly AnsweredFinding[];
  /** Checks × environments in which they hold. */
  readonly runs: number;
  readonly objects: number;
}

/** Every check on every environment. `today` (ISO date) decides which exceptions have expired; one that answers nothing is a finding itself. */
export function runChecks(
  subjects: readonly Subject[],
  exceptions: readonly DeclaredException[],
  today: string,
): Report {
  const used = new Set<DeclaredException>();
  const findings: Finding[] = [];
  const answered: AnsweredFinding[] = [];
  const pairs = subjects.flatMap((subject) => checksFor(subject).map((check) => ({ subject, check })));
  for (const { subject, check } of pairs) {
    for (const violation of check.run(subject)) {
      const finding = toFinding(check, violation, subject);
      const answer = exceptions.find((declared) => answers(declared, check, violation, subject, today));
      if (!answer) findings.push(finding);
      else answered.push({ finding, reason: answer.exception.reason });
      if (answer) used.add(answer);
    }
  }
  const idle = exceptions
    .filter((declared) => !used.has(declared) && !(isOfLinter(declared.exception.check) && holds(declared, today)))
    .map((declared) => idleFinding(declared, today));
  return {
    findings: [...once(findings), ...idle],
    answered,
    runs: pairs.length,
    objects: subjects.reduce((sum, { placed }) => sum + placed.length, 0),
  };
}

/** The checks that hold in an environment. */
export function checksFor({ model }: Subject): readonly Check[] {
  return CHECKS.filter(({ profiles }) => profiles === undefined || profiles.includes(model.profile));
}

/** A file is the same in every environment, and so is what is wrong with it. */
function once(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((one) => [`${one.code} ${one.where} ${one.message}`, one])).values()];
}

function toFinding({ code, severity }: Check, violation: Violation, { model }: Subject): Finding {
  const { message, fix } = violation;
  const where = violation.object ? `overlays/${model.environment} ${idOf(violation.object.object)}` : violation.file;
  return { code, severity, where, message, fix };
}

function answers(
  declared: DeclaredException,
  { code }: Check,
  violation: Violation,
  { model }: Subject,
  today: string,
): boolean {
  const place = {
    service: violation.object ? violation.object.service : violation.service,
    environment: model.environment,
    object: violation.object ? idOf(violation.object.object) : violation.file.replace(/:\d+$/, ""),
  };
  return declared.exception.check === code && holds(declared, today) && covers(declared, place);
}

/** Whether an exception is for this object (`Kind/name`) of a service, there. */
export function covers(
  { exception, service, environment }: DeclaredException,
  place: { readonly service: string | null; readonly environment: string | null; readonly object: string },
): boolean {
  if (service !== null && place.service !== service) return false;
  if (environment !== null && place.environment !== environment) return false;
  if (exception.environments && !exception.environments.includes(place.environment ?? "")) return false;
  return exception.object === undefined || exception.object === place.object;
}

/** Whether an exception has not expired. */
export function holds({ exception }: DeclaredException, today: string): boolean {
  return exception.expires === undefined || exception.expires >= today;
}

function idleFinding(declared: DeclaredException, today: string): Finding {
  const { exception, where } = declared;
  const isKnown = isOfLinter(exception.check) || CHECKS.some(({ code }) => code === exception.check);
  if (!isKnown)
    return {
      code: "EXCEPTION_UNKNOWN",
      severity: "error",
      where,
      message: `there is no check "${exception.check}"`,
      fix: suggestion(
        exception.check,
        CHECKS.map(({ code }) => code),
      ),
    };
  if (!holds(declared, today))
    return {
      code: "EXCEPTION_EXPIRED",
      severity: "error",
      where,
      message: `the exception for ${exception.check} expired on ${exception.expires}`,
      fix: "mend the cause, or set a later date with a reason",
    };
  return {
    code: "EXCEPTION_UNUSED",
    severity: "error",
    where,
    message: `the exception for ${exception.check} answers nothing`,
    fix: "remove it: nothing is wrong any more, or its object or environment is misspelt",
  };
}
