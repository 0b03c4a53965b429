import { checkSettings } from "./check.ts";
import type { JsonObject } from "../http/body.ts";
import type { Rule, Settings } from "./settings.ts";

/** What a rule looks at in a request. */
export interface Subject {
  readonly path: string;
  /** Absent when the path asks no model. */
  readonly model?: string;
  readonly text?: string;
  readonly fileName?: string;
  readonly sha256?: string;
}

/** The settings as they are now. */
export interface SettingsStore {
  readonly current: Settings;
  /** The rule that decides this request, counted as used. */
  take(subject: Subject): Rule | undefined;
  /** Lays `patch` over the settings (a field that is null goes back to its start). Counts begin anew with new rules. */
  change(patch: JsonObject): void;
  /** Back to how the program started. */
  reset(): void;
}

export function createStore(initial: Settings): SettingsStore {
  let current = initial;
  let used = new Map<Rule, number>();
  return {
    get current() {
      return current;
    },
    take: (subject) => {
      const found = current.rules.find(
        (rule) => matches(rule, subject) && (used.get(rule) ?? 0) < (rule.times ?? Infinity),
      );
      if (found?.times !== undefined) used.set(found, (used.get(found) ?? 0) + 1);
      return found;
    },
    change: (patch) => {
      const given = Object.entries(patch);
      const kept = Object.fromEntries(given.filter(([, value]) => value !== null));
      const back = given.filter(([, value]) => value === null).map(([name]) => [name, initial[name as keyof Settings]]);
      current = { ...current, ...Object.fromEntries(back), ...checkSettings(kept, "settings") };
      used = new Map();
    },
    reset: () => {
      current = initial;
      used = new Map();
    },
  };
}

function matches({ when }: Rule, subject: Subject): boolean {
  if (when.path === undefined && subject.model === undefined) return false;
  return (
    agrees(when.path, subject.path) &&
    agrees(when.model, subject.model) &&
    agrees(when.fileName, subject.fileName) &&
    agrees(when.sha256?.toLowerCase(), subject.sha256) &&
    (when.contains === undefined || (subject.text ?? "").toLowerCase().includes(when.contains.toLowerCase()))
  );
}

function agrees(wanted: string | undefined, value: string | undefined): boolean {
  return wanted === undefined || wanted === value;
}
