import type { Finding } from "../../tools/lib/errors.ts";
import type { Command } from "../core/events.ts";
import type { Logs } from "../core/logs.ts";
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
  /** Gives the terminal back, also when there was no beginning or no end. */
  close?(): void;
  /** Leaves the terminal to something else until that is done. */
  readonly aside?: <Result>(act: () => Promise<Result>) => Promise<Result>;
  /** Called once, before the first turn: what an interactive display asks, and asks for. */
  connect?(session: Session): void;
  /** Something that the build of an image does or prints. */
  building?(image: string, progress: BuildProgress): void;
}

/** The session behind a display. */
export interface Session {
  command(command: Command): void;
  /** How many of the newest pods of a service are Ready. */
  readyPods(service: string): number;
  /** Calls back when that may be different. */
  onPods(listener: () => void): void;
  readonly logs: Logs;
}

export interface BuildProgress {
  /** As BuildKit names the instruction: `[build 2/5] RUN npm ci`. */
  readonly vertex: string;
  /** A whole line that it printed; null when it began or ended. */
  readonly log: string | null;
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
