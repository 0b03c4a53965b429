import { UserError } from "../../tools/lib/errors.ts";

/** Why files cannot be copied, told once for each service: every save meets it again, and is built all the same. */
export interface News {
  /** The error itself or, where it was told before, one that says nothing. */
  of(service: string, error: unknown): unknown;
  /** Other rules, other reasons. */
  forget(): void;
}

/** What an image or a rule lacks, it lacks the next time, too; that a program crashes comes and goes. */
const LASTING: readonly string[] = ["SYNC_FAILED", "SYNC_RESTART"];

export function newNews(): News {
  const told = new Set<string>();
  return {
    of(service, error) {
      if (!(error instanceof UserError)) return error;
      const ids = error.findings.filter(({ code }) => LASTING.includes(code)).map(({ code }) => `${service} ${code}`);
      const isKnown = ids.length > 0 && ids.every((id) => told.has(id));
      for (const id of ids) told.add(id);
      return isKnown ? new UserError([]) : error;
    },
    forget: () => told.clear(),
  };
}
