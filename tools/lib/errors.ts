/** One problem told to the user: what, where, how to mend it, and a code that never changes its meaning. */
export interface Finding {
  readonly code: string;
  readonly severity: "error" | "warning";
  /** `services.json:12:7`, `overlays/airgap Deployment/core`, or a path. */
  readonly where: string;
  readonly message: string;
  readonly fix: string;
  /** What a program said last, oldest first: told where there is room for more than a line. */
  readonly log?: readonly string[];
}

/** The only error printed without a stack: the user can mend it, and every finding says how. */
export class UserError extends Error {
  readonly findings: readonly Finding[];

  constructor(findings: readonly Finding[]) {
    super(findings.map((finding) => `${finding.where}: ${finding.message}`).join("\n"));
    this.name = "UserError";
    this.findings = findings;
  }
}

/** A `UserError` of one finding. */
export function userError(code: string, where: string, message: string, fix: string): UserError {
  return new UserError([{ code, severity: "error", where, message, fix }]);
}

/** The findings of a user's mistake, or of a system that refuses something; anything else is a bug of ours and is thrown on. */
export function findingsOf(error: unknown): readonly Finding[] {
  if (error instanceof UserError) return error.findings;
  if (!isNodeError(error) || error.syscall === undefined) throw error;
  const fix = "mend what the system says (permissions, space, a file in the way) and run the command again";
  return userError("SYSTEM", error.path ?? error.syscall, error.message, fix).findings;
}

/** An error of Node or of the system below it, with its code. */
export function isNodeError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error;
}

export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.severity === "error");
}
