import type { Finding } from "../lib/errors.ts";
import { suggestion } from "../lib/text.ts";
import type { Exception } from "../registry/schema/exception.ts";
import { type Check, type Subject, type Violation, idOf } from "./check.ts";
import * as checks from "./checks/index.ts";
import { isOfLinter } from "./linters.ts";

export const CHECKS: readonly Check[] = Object.values(checks);

/** An exception, and where in the file it is written. */
export interface DeclaredException {
  readonly exception: Exception;
  /** `services.json:12:7` */
  readonly where: string;
  /** The service that declares it, or null for an environment's. */
  readonly service: string | null;
  /** The environment that declares it, or null for a service's. */
  readonly environment: string | null;
}

export interface AnsweredFinding {
  readonly finding: Finding;
  readonly reason: string;
}

export interface Report {
  readonly findings: readonly Finding[];
  readonly answered: readonly AnsweredFinding[];
  /** Checks × environments. */
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
  for (const subject of subjects) {
    for (const check of CHECKS) {
      for (const violation of check.run(subject)) {
        const finding = toFinding(check, violation, subject);
        const answer = exceptions.find((declared) => answers(declared, check, violation, subject, today));
        if (!answer) findings.push(finding);
        else answered.push({ finding, reason: answer.exception.reason });
        if (answer) used.add(answer);
      }
    }
  }
  const idle = exceptions
    .filter((declared) => !used.has(declared) && !(isOfLinter(declared.exception.check) && holds(declared, today)))
    .map((declared) => idleFinding(declared, today));
  return {
    findings: [...findings, ...idle],
    answered,
    runs: CHECKS.length * subjects.length,
    objects: subjects.reduce((sum, { placed }) => sum + placed.length, 0),
  };
}

function toFinding({ code }: Check, { object, message, fix }: Violation, { model }: Subject): Finding {
  return { code, severity: "error", where: `overlays/${model.environment} ${idOf(object.object)}`, message, fix };
}

function answers(
  declared: DeclaredException,
  { code }: Check,
  { object }: Violation,
  { model }: Subject,
  today: string,
): boolean {
  const place = { service: object.service, environment: model.environment, object: idOf(object.object) };
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
