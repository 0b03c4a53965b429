import type { LoopEvent } from "./events.ts";
import { type Limits, type Plan, plan } from "./plan.ts";
import type { Ports } from "./ports.ts";
import { runStep } from "./run-step.ts";
import { type State, initialState, reduce } from "./state.ts";
import type { Step } from "./step.ts";

/** What is shown after each turn. */
export interface Turn {
  readonly event: LoopEvent;
  readonly before: State;
  readonly state: State;
  readonly plan: Plan;
}

export interface Loop {
  /** Tells the loop what happened. It acts at once, and never waits. */
  dispatch(event: LoopEvent): void;
  /** The last state: once everything is done (`isOnce`), or after `stop-requested` when nothing runs any more. */
  readonly ended: Promise<State>;
}

/**
 * event → reduce → plan → run. The plan says what should be running; whatever else runs is aborted, whatever is missing
 * is started, and the end of each step is the next event.
 */
export function startLoop(ports: Ports, limits: Limits, onTurn: (turn: Turn) => void): Loop {
  const aborts = new Map<string, AbortController>();
  const queue: LoopEvent[] = [];
  let state = initialState;
  let isTurning = false;
  let end: (state: State) => void = () => undefined;
  const ended = new Promise<State>((resolve) => (end = resolve));
  return { dispatch, ended };

  function dispatch(event: LoopEvent): void {
    queue.push(event);
    if (isTurning) return;
    isTurning = true;
    for (let next = queue.shift(); next; next = queue.shift()) turn(next);
    isTurning = false;
  }

  function turn(event: LoopEvent): void {
    const before = state;
    state = reduce(before, event);
    const current = plan(state, limits);
    abortStale(current);
    const missing = current.steps.filter((step) => !aborts.has(step.key));
    // Before whatever else is waiting: the next plan must know what runs.
    queue.unshift(...missing.map(start));
    onTurn({ event, before, state, plan: current });
    if (isOver(current)) end(state);
  }

  function abortStale({ steps }: Plan): void {
    const keys = new Set(steps.map(({ key }) => key));
    for (const [key, abort] of aborts) if (!keys.has(key)) abort.abort();
  }

  function start(step: Step): LoopEvent {
    const abort = new AbortController();
    aborts.set(step.key, abort);
    void runStep(step, ports, abort.signal).then((event) => {
      aborts.delete(step.key);
      dispatch(event);
    });
    return { type: "step-started", step, atMs: ports.clock.nowMs() };
  }

  function isOver({ steps }: Plan): boolean {
    const isEnding = state.isStopping || (limits.isOnce && state.target !== null);
    return isEnding && steps.length === 0 && aborts.size === 0;
  }
}
