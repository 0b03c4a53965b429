import type { Finding } from "../../tools/lib/errors.ts";
import type { KubeObject } from "../../tools/render/object.ts";
import type { LoopEvent } from "../core/events.ts";
import { type Seen, endsByItself } from "./apply-plan.ts";
import { type Fight, isFought, nextFight } from "./drift-fights.ts";
import { type ObjectKey, type Owned, idOf, titleOf } from "./inventory.ts";
import type { Ledger } from "./inventory-store.ts";
import { isAsObserved } from "./owned-fields.ts";

/** Notices when the cluster's objects are no longer as they were applied. */
export interface Drift {
  /** An object has changed; null: it is gone. */
  readonly changed: (key: ObjectKey, seen: Seen | null) => void;
  /** While a service is being applied nothing is said about it: the end of the apply would make it forgotten. */
  readonly hold: (service: string | null) => void;
  readonly release: (service: string | null) => void;
  /** How an object was last seen that somebody else may have as they want, because they never give in. */
  leftAs(key: ObjectKey): Seen | null;
  readonly close: () => void;
}

interface Options {
  readonly emit: (event: LoopEvent) => void;
  /** The ledger of an object that this session takes care of. */
  readonly ledgerOf: (id: string) => Ledger | undefined;
  /** As it was last applied in this session. */
  readonly lastApplied: (id: string) => KubeObject | undefined;
  /** Nobody knows any more what the cluster has of an object. */
  readonly forget: (id: string) => void;
  readonly nowMs: () => number;
}

// One `kubectl delete` of many is one repair.
const QUIET_MS = 50;

export function watchDrift({ emit, ledgerOf, lastApplied, forget, nowMs }: Options): Drift {
  const fights = new Map<string, Fight>();
  /** Id → hash of what was given up. */
  const left = new Map<string, string | null>();
  const { found, hold, release, close } = announcer(emit);
  return {
    changed(key, seen) {
      const id = idOf(key);
      const ledger = ledgerOf(id);
      const entry = ledger?.entries.get(id);
      if (!ledger || !entry || !hasDrifted(entry, seen, lastApplied(id))) return;
      if (left.get(id) === entry.hash) return accept(ledger, entry, seen);
      left.delete(id);
      const fight = nextFight(fights.get(id), nowMs());
      fights.set(id, fight);
      if (isFought(fight)) giveUp(ledger, entry, seen);
      else repair(ledger, entry, seen);
    },
    hold,
    release,
    leftAs(key) {
      const { hash, observed } = ledgerOf(idOf(key))?.entries.get(idOf(key)) ?? {};
      if (!hash || !observed || left.get(idOf(key)) !== hash) return null;
      return { uid: "", version: 0, observed, isDeleting: false, lastManager: null };
    },
    close,
  };

  /** What nobody knows the state of is sent again. */
  function repair(ledger: Ledger, entry: Owned, seen: Seen | null): void {
    ledger.entries.set(idOf(entry), { ...entry, hash: null, observed: null });
    forget(idOf(entry));
    // Its record may have gone the same way.
    if (seen === null) ledger.written.clear();
    found(ledger.service, titleOf(entry));
  }

  function giveUp(ledger: Ledger, entry: Owned, seen: Seen | null): void {
    left.set(idOf(entry), entry.hash);
    emit({ type: "noticed", finding: fought(entry, seen) });
    accept(ledger, entry, seen);
  }
}

interface Announcer extends Pick<Drift, "hold" | "release" | "close"> {
  readonly found: (service: string | null, object: string) => void;
}

/** Says what has drifted, a moment later and all at once. */
function announcer(emit: Options["emit"]): Announcer {
  const found = new Map<string | null, Set<string>>();
  const held = new Map<string | null, number>();
  const timers = new Map<string | null, NodeJS.Timeout>();
  const say = (service: string | null): void => {
    const objects = [...(found.get(service) ?? [])];
    if (objects.length === 0 || (held.get(service) ?? 0) > 0) return;
    found.delete(service);
    emit({ type: "drifted", service, objects });
  };
  const soon = (service: string | null): void => {
    clearTimeout(timers.get(service));
    timers.set(
      service,
      setTimeout(() => say(service), QUIET_MS),
    );
  };
  return {
    found(service, object) {
      found.set(service, (found.get(service) ?? new Set()).add(object));
      soon(service);
    },
    hold: (service) => void held.set(service, (held.get(service) ?? 0) + 1),
    release(service) {
      held.set(service, (held.get(service) ?? 1) - 1);
      soon(service);
    },
    close: () => timers.forEach((timer) => clearTimeout(timer)),
  };
}

/** Whether somebody else has deleted an object, or changed a field of ours. Pure. */
export function hasDrifted(entry: Owned, seen: Seen | null, drawn: KubeObject | undefined): boolean {
  // Being applied just now, or drifted and not repaired yet.
  if (entry.hash === null || entry.observed === null) return false;
  if (seen === null) return !(drawn && endsByItself(drawn));
  // What is being deleted cannot be repaired before it is gone.
  if (seen.isDeleting) return false;
  return !isAsObserved(entry.observed, seen.observed);
}

function accept(ledger: Ledger, entry: Owned, seen: Seen | null): void {
  if (seen) ledger.entries.set(idOf(entry), { ...entry, observed: seen.observed });
}

function fought(key: ObjectKey, seen: Seen | null): Finding {
  const who = seen?.lastManager ?? "something";
  const what = seen ? `${who} changes it back each time` : "something deletes it each time";
  return {
    code: "DRIFT_FOUGHT",
    severity: "warning",
    where: titleOf(key),
    message: `it was set right three times and ${what}: it is left as it is`,
    fix: "let only one of the two have it: stop the other one, or leave the field out of services.json",
  };
}
