import type { Paint } from "../../tools/lib/style.ts";
import type { State } from "../core/state.ts";
import type { Display } from "./display.ts";
import { plainDisplay } from "./plain.ts";

const CLEAR_LINE = "\r\u001b[2K";

/** The same lines, and below them one that says what is being done right now. */
export function terminalDisplay(write: (text: string) => void, columns: () => number, paint: Paint): Display {
  let status = "";
  const above = (text: string): void => write(`${status === "" ? "" : CLEAR_LINE}${text}${status}`);
  const lines = plainDisplay(above, paint);
  const show = (next: string): void => {
    if (next === status) return;
    write(`${status === "" ? "" : CLEAR_LINE}${next}`);
    status = next;
  };
  return {
    ...lines,
    turn(turn) {
      lines.turn(turn);
      show(statusOf(turn.state, columns(), paint));
    },
    end(message) {
      show("");
      lines.end(message);
    },
  };
}

/** `… core build, db observe`; empty when nothing runs. */
function statusOf({ running, isStopping }: State, columns: number, paint: Paint): string {
  const steps = [...running.values()].map(({ subject, type }) => `${subject} ${type}`);
  if (steps.length === 0) return "";
  const text = `… ${isStopping ? "stopping: " : ""}${steps.join(", ")}`;
  return paint("dim", text.length > columns ? `${text.slice(0, Math.max(1, columns - 1))}…` : text);
}
