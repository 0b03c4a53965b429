import type { Command } from "./events.ts";
import type { State } from "./state.ts";
import { hasPods } from "./switched-off.ts";
import { redrawn, withImage, withService } from "./updates.ts";

/** What a key of the user changes. Pure. */
export function commanded(state: State, command: Command, atMs: number): State {
  switch (command.type) {
    case "pause":
      return { ...state, isPaused: true };
    case "resume":
      return { ...state, isPaused: false };
    case "rebuild":
      return rebuilt({ ...state, failures: new Map() }, command.service, atMs);
    case "restart":
      return namesOf(state, command.service).reduce((next, name) => restarted(next, name, atMs), state);
    case "disable":
      return canBeDisabled(state, command.service) ? disabled(state, command.service, true, atMs) : state;
    case "enable":
      return disabled(state, command.service, false, atMs);
  }
}

/** What was never drawn waits for an image of its own, so it has pods. */
export function canBeDisabled({ services }: State, name: string): boolean {
  const { wanted = null } = services.get(name) ?? {};
  return wanted === null || hasPods(wanted);
}

function disabled(state: State, name: string, isDisabled: boolean, atMs: number): State {
  return redrawn(withService(state, name, { isDisabled, trouble: null }), name, atMs);
}

/** The images of the service itself, not those that they are built on. */
function rebuilt(state: State, service: string | null, atMs: number): State {
  const names = namesOf(state, service);
  const references = new Set(names.flatMap((name) => state.services.get(name)?.target.images ?? []));
  const rebuilds = state.rebuilds + 1;
  const next = [...references].reduce<State>((changed, reference) => withImage(changed, reference, { rebuilds }), {
    ...state,
    rebuilds,
  });
  // What is not built here is begun anew in the only way there is.
  return names.reduce(
    (changed, name) =>
      state.services.get(name)?.target.images.length === 0
        ? restarted(changed, name, atMs)
        : withService(changed, name, { changedAtMs: atMs }),
    next,
  );
}

function restarted(state: State, name: string, atMs: number): State {
  const restarts = (state.services.get(name)?.restarts ?? 0) + 1;
  return withService(state, name, { restarts, changedAtMs: atMs, trouble: null });
}

function namesOf(state: State, service: string | null): readonly string[] {
  return service === null ? [...state.services.keys()] : [service];
}
