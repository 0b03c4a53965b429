import type { Command } from "../core/events.ts";
import { nextSource } from "./log-pane.ts";
import type { View } from "./view-state.ts";

/** What a key means beyond what is seen. */
export type Action =
  | { readonly type: "command"; readonly command: Command }
  | { readonly type: "open"; readonly url: string }
  | { readonly type: "interrupt" | "suspend" | "redraw" };

export interface Pressed {
  readonly view: View;
  readonly action: Action | null;
}

/** What keys are about. */
export interface Subject {
  /** Names of the table's rows, as they are shown. */
  readonly rows: readonly string[];
  readonly selected: string | null;
  /** Whether it is a service, and has no pods. */
  readonly isService: boolean;
  readonly isDisabled: boolean;
  readonly isPaused: boolean;
  readonly url: string | null;
  /** By how much a page scrolls. */
  readonly page: number;
}

/** `key`: a character as it was typed, or a name: `up`, `enter`, `ctrl-c`. Pure. */
export function pressed(key: string, view: View, subject: Subject): Pressed {
  const action = actionOf(key, subject);
  return { view: action ? view : viewAfter(key, view, subject), action };
}

function actionOf(key: string, { selected, isService, isDisabled, isPaused, url }: Subject): Action | null {
  const service = isService ? selected : null;
  const command = (one: Command): Action => ({ type: "command", command: one });
  switch (key) {
    case "q":
    case "ctrl-c":
      return { type: "interrupt" };
    case "ctrl-z":
      return { type: "suspend" };
    case "ctrl-l":
      return { type: "redraw" };
    case "p":
      return command({ type: isPaused ? "resume" : "pause" });
    case "r":
      return service === null ? null : command({ type: "rebuild", service });
    case "s":
    case "R":
      return service === null ? null : command({ type: "restart", service });
    case "d":
      return service === null ? null : command({ type: isDisabled ? "enable" : "disable", service });
    case "o":
      return url === null ? null : { type: "open", url };
    default:
      return null;
  }
}

function viewAfter(key: string, view: View, { rows, selected, page }: Subject): View {
  switch (key) {
    case "up":
    case "k":
      return select(view, rows, selected, -1);
    case "down":
    case "j":
      return select(view, rows, selected, 1);
    case "pageup":
      return { ...view, scroll: Math.max(0, view.scroll + (isBackwards(view) ? page : -page)) };
    case "pagedown":
      return { ...view, scroll: Math.max(0, view.scroll + (isBackwards(view) ? -page : page)) };
    case "l":
      return { ...nextLog(view), scroll: 0 };
    case "tab":
      return { ...view, source: nextSource(view.source), isLogOpen: true, scroll: 0 };
    case "enter":
      return focused(view, "detail");
    case "?":
      return focused(view, "help");
    case "escape":
      return { ...view, focus: "table", scroll: 0 };
    default:
      return view;
  }
}

function select(view: View, rows: readonly string[], selected: string | null, by: number): View {
  const at = selected === null ? -1 : rows.indexOf(selected);
  const next = rows[Math.max(0, Math.min(rows.length - 1, at + by))] ?? null;
  const isScrolled = view.focus === "detail" || view.source === "service";
  return { ...view, selected: next, scroll: isScrolled ? 0 : view.scroll };
}

/** A log is read from its end, everything else from its beginning. */
function isBackwards({ focus }: View): boolean {
  return focus === "table" || focus === "log";
}

/** Below the table → alone → closed → below the table. */
function nextLog(view: View): View {
  if (view.focus === "log") return { ...view, focus: "table", isLogOpen: false };
  return view.isLogOpen ? { ...view, focus: "log" } : { ...view, isLogOpen: true, focus: "table" };
}

function focused(view: View, focus: View["focus"]): View {
  return { ...view, focus: view.focus === focus ? "table" : focus, scroll: 0 };
}
