import { currentTag, isDelivered } from "./current.ts";
import { switchedOff } from "./switched-off.ts";
import type { ImageState, ServiceState, State } from "./state.ts";
import type { Target } from "./target.ts";

// The few ways in which a state becomes another one; what happened decides which of them are used.

const newImage: Omit<ImageState, "target"> = {
  changes: 0,
  rebuilds: 0,
  rebuilt: 0,
  digestedKey: null,
  tag: null,
  builtTag: null,
  deliveredTag: null,
};

const newService: Omit<ServiceState, "target"> = {
  wanted: null,
  applied: null,
  ready: null,
  isStarted: false,
  drifts: 0,
  restarts: 0,
  restarted: 0,
  sync: { batches: 0, pending: new Map(), isOff: false },
  isDisabled: false,
  trouble: null,
  changedAtMs: null,
};

/** What stays the same keeps what is known of it. */
export function withTarget(state: State, target: Target, atMs: number): State {
  const images = new Map(
    target.images.map((image) => [
      image.reference,
      { ...(state.images.get(image.reference) ?? newImage), target: image },
    ]),
  );
  const services = new Map(
    target.services.map((service) => [
      service.name,
      { ...(state.services.get(service.name) ?? newService), target: service },
    ]),
  );
  // A new registry is a new chance for everything that failed.
  const next: State = { ...state, target, images, services, inputsRead: state.inputChanges, failures: new Map() };
  return target.services.reduce((drawn, { name }) => redrawn(drawn, name, atMs), next);
}

/** Draws a service again, once all its images are where the cluster finds them; a disabled one needs none of them. */
export function redrawn(state: State, name: string, atMs: number): State {
  const service = state.services.get(name);
  if (!service || !state.target) return state;
  const { images } = service.target;
  if (!service.isDisabled && !images.every((reference) => isDelivered(state, reference))) return state;
  const tagOf = (reference: string): string | null | undefined =>
    service.isDisabled ? state.images.get(reference)?.deliveredTag : currentTag(state, reference);
  const tags = new Map(images.map((reference) => [reference, tagOf(reference) ?? reference]));
  const drawn = state.target.draw(name, tags);
  const wanted = service.isDisabled ? switchedOff(drawn) : drawn;
  const isNew = wanted.digest !== service.wanted?.digest;
  // Before the first time there is no change that anybody waits for.
  const sinceMs = service.wanted === null ? null : atMs;
  return withService(state, name, { wanted, changedAtMs: isNew ? (service.changedAtMs ?? sinceMs) : null });
}

export function withImage(state: State, reference: string, change: Partial<ImageState>): State {
  const image = state.images.get(reference);
  return image ? { ...state, images: new Map(state.images).set(reference, { ...image, ...change }) } : state;
}

export function withService(state: State, name: string, change: Partial<ServiceState>): State {
  const service = state.services.get(name);
  return service ? { ...state, services: new Map(state.services).set(name, { ...service, ...change }) } : state;
}

/** Services whose pods run an image, or one that is built on it. */
export function usersOf(state: State, reference: string): ServiceState[] {
  const reaches = (one: string): boolean =>
    one === reference || (state.images.get(one)?.target.bases ?? []).some(reaches);
  return [...state.services.values()].filter(({ target }) => target.images.some(reaches));
}
