import { type Finding, UserError } from "../../tools/lib/errors.ts";
import type { Paint } from "../../tools/lib/style.ts";
import type { Display, Session } from "./display.ts";
import { drawing } from "./drawing.ts";
import { farewell } from "./farewell.ts";
import type { Action } from "./keys.ts";
import { logFollower } from "./log-follower.ts";
import { screenModel } from "./screen-model.ts";
import type { Tty } from "./tty.ts";

export interface TerminalOptions {
  readonly tty: Tty;
  /** Writes to the normal screen, once the terminal has been given back. */
  readonly write: (text: string) => void;
  readonly paint: Paint;
  /** Name of the platform as far as it is known before anything was read; empty otherwise. */
  readonly platform: string;
  readonly nowMs: () => number;
  readonly open: (url: string) => Promise<void>;
}

/** The whole terminal, redrawn in place. The first frame is drawn before anything else is done. */
export function terminalDisplay({ tty, write, paint, platform, nowMs, open }: TerminalOptions): Display {
  const model = screenModel(platform);
  const { soon, lost, stop } = drawing(tty, paint, model, nowMs, follow);
  const follower = logFollower(model.logs.service, soon);
  let session: Session | null = null;
  const findings = andThen(soon, model.findings);
  const opened = (url: string): void => void open(url).catch((error: unknown) => findings(findingsOf(error)));
  tty.onLost(lost);
  tty.onKey((key) => {
    const action = model.press(key, tty.size());
    if (action) act(action, { tty, session, lost, open: opened });
    soon();
  });
  tty.enter();
  lost();
  return {
    begin: andThen(soon, model.begin),
    progress: andThen(soon, model.progress),
    turn: andThen(soon, model.turn),
    findings,
    verified: andThen(soon, model.verified),
    building: andThen(soon, model.building),
    aside: tty.aside,
    connect(next) {
      session = next;
      model.podsFrom((service) => next.readyPods(service));
      next.onPods(soon);
    },
    end(message) {
      close();
      write(farewell(model.extras().heading, model.lastStatuses(), message, paint));
    },
    close,
  };

  function close(): void {
    stop();
    follower.stop();
    tty.leave();
  }

  /** Whose lines are fetched depends on what has just been drawn. */
  function follow(): void {
    if (session) follower.follow(session.logs, model.followed(tty.size()));
  }
}

/** A listener that does the same, and has the screen drawn. */
function andThen<Args extends readonly unknown[]>(
  soon: () => void,
  tell: (...args: Args) => void,
): (...args: Args) => void {
  return (...args) => {
    tell(...args);
    soon();
  };
}

/** What the user can mend is told like everything else. */
function findingsOf(error: unknown): readonly Finding[] {
  if (error instanceof UserError) return error.findings;
  throw error;
}

interface Actors {
  readonly tty: Tty;
  /** Null until there is one: what is asked earlier is not done later. */
  readonly session: Session | null;
  readonly lost: () => void;
  readonly open: (url: string) => void;
}

function act(action: Action, { tty, session, lost, open }: Actors): void {
  switch (action.type) {
    case "command":
      return session?.command(action.command);
    case "open":
      return open(action.url);
    case "interrupt":
      return tty.interrupt();
    case "suspend":
      return tty.suspend();
    case "redraw":
      return lost();
  }
}
