import type { Model } from "../model/model.ts";
import type { NamespaceModel } from "../model/namespace.ts";
import type { ServiceModel } from "../model/service.ts";
import * as kinds from "./kinds/index.ts";
import { withObjectPatches } from "./object-patches.ts";
import { applyRank } from "./order.ts";
import type { Drawn, Home, Kind, KubeObject } from "./object.ts";

/** An object, where it lives, and what in the registry it comes from. */
export interface Placed {
  readonly object: KubeObject;
  readonly home: Home;
  /** Null for what belongs to a namespace as a whole. */
  readonly service: string | null;
  /** The namespace that it belongs to as a whole; null for a service's. */
  readonly namespace: string | null;
  readonly pointer: string;
  readonly slug: string | null;
  readonly description: string | null;
}

// A module's exports come sorted by name: the order of objects never depends on who added which kind last.
const KINDS: readonly Kind[] = Object.values(kinds);

/**
 * Every object of the platform as the model sees it, in an order in which they can be applied. `images` replaces
 * deployed references by others (the dev loop's content tags); nothing else ever differs from the committed overlay.
 */
export function render(model: Model, images: ReadonlyMap<string, string> = new Map()): Placed[] {
  const shown =
    images.size === 0 ? model : { ...model, services: model.services.map((service) => withImages(service, images)) };
  const ofNamespaces = shown.namespaces.flatMap((namespace) =>
    KINDS.flatMap((kind) => drawNamespace(kind, namespace, shown)),
  );
  const ofServices = shown.services.flatMap((service) => KINDS.flatMap((kind) => drawService(kind, service, shown)));
  return [...inApplyOrder(ofNamespaces), ...withObjectPatches(inApplyOrder(ofServices), model)];
}

/** Stable: what the order does not tell apart stays by service, then by kind. */
function inApplyOrder(placed: readonly Placed[]): Placed[] {
  return placed.toSorted((a, b) => applyRank(a.object) - applyRank(b.object));
}

function drawNamespace(kind: Kind, namespace: NamespaceModel, model: Model): Placed[] {
  return (kind.ofNamespace?.(namespace, model) ?? []).map((drawn) =>
    place(drawn, { home: "namespaces", service: null, namespace: namespace.name }),
  );
}

function drawService(kind: Kind, service: ServiceModel, model: Model): Placed[] {
  const { external } = service;
  const home = external ? "overlay" : kind.home;
  const drawn = external ? kind.ofExternal?.(service, external, model) : kind.ofService?.(service, model);
  return (drawn ?? []).map((one) => place(one, { home, service: service.name, namespace: null }));
}

function place(
  { object, pointer, slug, description }: Drawn,
  where: Pick<Placed, "home" | "service" | "namespace">,
): Placed {
  return { object, ...where, pointer, slug: slug ?? null, description: description ?? null };
}

function withImages(service: ServiceModel, images: ReadonlyMap<string, string>): ServiceModel {
  const replaced = <T extends { readonly image: string }>(container: T): T => ({
    ...container,
    image: images.get(container.image) ?? container.image,
  });
  return {
    ...service,
    container: replaced(service.container),
    extra: { before: service.extra.before.map(replaced), beside: service.extra.beside.map(replaced) },
    jobs: service.jobs.map((job) => ({ ...job, container: replaced(job.container) })),
  };
}
