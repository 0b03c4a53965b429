import type { Plan } from "../core/plan.ts";
import type { State } from "../core/state.ts";
import type { Memory } from "./memory.ts";
import type { Line } from "./view.ts";

/** What the user has chosen to see. */
export interface View {
  /** Null: the first. */
  readonly selected: string | null;
  readonly focus: "table" | "log" | "detail" | "help";
  /** Whether the log is shown below the table. */
  readonly isLogOpen: boolean;
  readonly source: LogSource;
  /** Lines by which the log is scrolled back, or details are scrolled on. */
  readonly scroll: number;
}

/** Whose lines the log shows: the loop's own, those of the selected service, what builds print. */
export type LogSource = "loop" | "service" | "builds";

export const firstView: View = { selected: null, focus: "table", isLogOpen: true, source: "loop", scroll: 0 };

/** What the screen shows beside the loop's state. */
export interface Extras {
  readonly heading: Heading;
  readonly memory: Memory;
  /** How many pods of a service are Ready; null where nobody knows. */
  readonly readyPods: (service: string) => number | null;
  /** Image → the instruction that its build has come to, `2/5 RUN npm ci`. */
  readonly building: ReadonlyMap<string, string>;
  readonly logs: Readonly<Record<LogSource, readonly LogLine[]>>;
  readonly view: View;
}

/** What is not known yet is empty. */
export interface Heading {
  readonly platform: string;
  readonly environment: string;
  readonly context: string;
}

export interface LogLine {
  /** Pod, image or service: told where the lines of several are mixed. */
  readonly from: string;
  readonly text: string;
  readonly tone: Line["tone"];
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** What is looked at: all that a part of the screen may need. */
export interface Scene {
  readonly state: State;
  readonly plan: Plan;
  readonly extras: Extras;
  readonly nowMs: number;
}
