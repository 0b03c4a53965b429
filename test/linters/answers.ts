import { type DeclaredException, declaredExceptions } from "../../tools/policy/exceptions.ts";
import { isOfLinter } from "../../tools/policy/linters.ts";
import { CHECKS, covers, holds } from "../../tools/policy/run.ts";
import { idOf } from "../../tools/policy/check.ts";
import type { Placed } from "../../tools/render/render.ts";
import type { Decision } from "./decisions.ts";
import type { LinterFinding } from "./linter.ts";
import type { Rendered } from "./rendered.ts";

/** Where a finding was made: what decides which exceptions are for it. */
export interface Place {
  readonly environment: string;
  readonly profile: string;
  readonly placed: readonly Placed[];
}

export type Answer = DeclaredException | Decision;

/** Everything that answers a finding: exceptions for its id, exceptions for a check of ours that bears it, decisions. */
export function answersTo(
  finding: LinterFinding,
  place: Place,
  exceptions: readonly DeclaredException[],
  decisions: readonly Decision[],
  today: string,
): Answer[] {
  const id = `${finding.tool}/${finding.id}`;
  const names = [id, ...CHECKS.filter(({ tags }) => tags?.includes(id)).map(({ code }) => code)];
  const { environment } = place;
  const where = { environment, object: finding.object, service: serviceOf(finding, place.placed) };
  return [
    ...exceptions.filter(
      (declared) => names.includes(declared.exception.check) && holds(declared, today) && covers(declared, where),
    ),
    ...decisions.filter((decision) => decision.check === id && decides(decision, finding, place)),
  ];
}

/** Exceptions for linters which could have answered something in this overlay. */
export function expectedExceptions({ inputs, environment }: Rendered): DeclaredException[] {
  return declaredExceptions(inputs).filter(
    ({ exception, environment: only }) =>
      isOfLinter(exception.check) &&
      (only === null || only === environment) &&
      (exception.environments?.includes(environment) ?? true),
  );
}

function decides({ object, profiles }: Decision, finding: LinterFinding, { profile }: Place): boolean {
  return (object === undefined || object === finding.object) && (profiles?.includes(profile) ?? true);
}

function serviceOf({ object, namespace }: LinterFinding, placed: readonly Placed[]): string | null {
  const found = placed.find(
    (one) => idOf(one.object) === object && (namespace === null || one.object.metadata.namespace === namespace),
  );
  return found?.service ?? null;
}
