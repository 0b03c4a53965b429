import type { Finding } from "../../tools/lib/errors.ts";
import type { Turn } from "../core/loop.ts";

/** Where a session shows itself. */
export interface Display {
  /** What the session is about: said first. */
  begin(about: About): void;
  /** What is said before there is anything to show: that a cluster is being made. */
  progress(line: string): void;
  turn(turn: Turn): void;
  findings(findings: readonly Finding[]): void;
  verified(check: Verified): void;
  end(message: string): void;
}

export interface About {
  readonly platform: string;
  readonly environment: string;
  readonly context: string;
  /** Why this cluster may be touched. */
  readonly evidence: string;
  /** Every name that may stand at the beginning of a line. */
  readonly subjects: readonly string[];
}

/** One check of the running thing; `finding` is null when all is well. */
export interface Verified {
  readonly service: string;
  readonly name: string;
  readonly durationMs: number;
  readonly finding: Finding | null;
}
