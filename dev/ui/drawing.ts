import type { Paint } from "../../tools/lib/style.ts";
import { changes, painted } from "./frame.ts";
import type { ScreenModel } from "./screen-model.ts";
import type { Tty } from "./tty.ts";

/** When the screen is drawn, and how much of it. */
export interface Drawing {
  /** Something may look different. */
  readonly soon: () => void;
  /** Nothing of what was drawn is there any more. */
  readonly lost: () => void;
  readonly stop: () => void;
}

// What changes within this time is drawn together.
const FRAME_MS = 30;
// Running times are drawn anew often while they are short, and seldom when nobody watches them any more.
const TICK_MS = 200;
const SLOW_TICK_MS = 1000;
const SHORT_MS = 10_000;

export function drawing(tty: Tty, paint: Paint, model: ScreenModel, nowMs: () => number, onDrawn: () => void): Drawing {
  let drawn: string[] = [];
  let isStopped = false;
  let frame: NodeJS.Timeout | undefined;
  let tick: NodeJS.Timeout | undefined;
  return {
    soon: () => void (frame ??= setTimeout(draw, FRAME_MS)),
    lost() {
      drawn = [];
      draw();
    },
    stop: () => void (isStopped = true),
  };

  function draw(): void {
    clearTimeout(frame);
    clearTimeout(tick);
    frame = undefined;
    if (isStopped) return;
    const next = model.rows(tty.size(), nowMs()).map((row) => painted(row, paint));
    tty.write(changes(drawn, next));
    drawn = next;
    const youngestMs = model.youngestMs();
    if (youngestMs !== null) tick = setTimeout(draw, nowMs() - youngestMs < SHORT_MS ? TICK_MS : SLOW_TICK_MS);
    onDrawn();
  }
}
