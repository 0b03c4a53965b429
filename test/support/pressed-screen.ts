import assert from "node:assert/strict";
import { ENTER } from "../../dev/ui/frame.ts";
import { eventually } from "../services/docker.ts";
import type { Terminal } from "./pty.ts";

/** A person who reads a session's screen and presses its keys. The terminal must be one without colours. */
export interface PressedScreen {
  /** Its rows as they are now. */
  rows(): readonly string[];
  /** Waits until a row is like this. */
  shows(row: RegExp): Promise<void>;
  /** Moves to a service's row, and presses a key there. */
  press(service: string, key: string): Promise<void>;
}

// Until a slow machine has built, delivered and started everything.
const PATIENCE_MS = 300_000;

export function pressedScreen(terminal: Terminal): PressedScreen {
  const rows = (): readonly string[] => rowsOf(terminal.output());
  return { rows, shows, press };

  async function shows(row: RegExp): Promise<void> {
    await look((now) => now.some((one) => row.test(one)), `no row is like ${row}`);
  }

  async function press(service: string, key: string): Promise<void> {
    await shows(rowOf(service));
    for (let selected = at(SELECTED); !isSelected(service); selected = at(SELECTED)) {
      const [before, isBelow] = [rows()[selected], at(rowOf(service)) > selected];
      terminal.type(isBelow ? "j" : "k");
      // Typed once more before it is drawn, it would lead too far.
      await look((now) => now[selected] !== before || isSelected(service), `the selection stays at ${before}`);
    }
    terminal.type(key);
  }

  function at(row: RegExp): number {
    return rows().findIndex((one) => row.test(one));
  }

  function isSelected(service: string): boolean {
    return rows().some((one) => SELECTED.test(one) && rowOf(service).test(one));
  }

  async function look(fits: (now: readonly string[]) => boolean, otherwise: string): Promise<void> {
    await eventually(async () => assert.ok(fits(rows()), `${otherwise}:\n${rows().join("\n")}`), PATIENCE_MS);
  }
}

const SELECTED = /^▸/;

/** `▸ ✓ web   ready` */
function rowOf(service: string): RegExp {
  return new RegExp(`^[▸ ] . ${service} `);
}

/** What is drawn is always a whole row, and a screen always begins empty. */
function rowsOf(output: string): readonly string[] {
  const rows: string[] = [];
  const drawn = output.slice(output.lastIndexOf(ENTER));
  // oxlint-disable-next-line no-control-regex
  for (const [, row, text = ""] of drawn.matchAll(/\u001b\[(\d+);1H\u001b\[2K([^\u001b]*)/g))
    rows[Number(row) - 1] = text;
  return [...rows].map((text) => text ?? "");
}
