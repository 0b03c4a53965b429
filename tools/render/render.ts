import type { Model } from "../model/model.ts";
import type { NamespaceModel } from "../model/namespace.ts";
import type { ServiceModel } from "../model/service.ts";
import * as kinds from "./kinds/index.ts";
import type { Note } from "./notes.ts";
import { withObjectPatches } from "./object-patches.ts";
import { applyRank } from "./order.ts";
import type { Drawn, Home, Kind, KubeObject } from "./object.ts";
import { drawManifest } from "./manifest.ts";

/** An object, where it lives, and what in the registry it comes from. */
export interface Placed {
  readonly object: KubeObject;
  readonly home: Home;
  /** Null for what belongs to a namespace or to the platform as a whole, and for what is vendored. */
  readonly service: string | null;
  /** The namespace that it belongs to as a whole; null for a service's. */
  readonly namespace: string | null;
  /** The entry of `manifests` that it comes from; null for what is drawn here. */
  readonly manifest: string | null;
  readonly pointer: string;
  readonly slug: string | null;
  readonly description: string | null;
  readonly notes: readonly Note[];
}

// A module's exports come sorted by name: the order of objects never depends on who added which kind last.
const KINDS: readonly Kind[] = Object.values(kinds);

/**
 * Every object of the platform as the model sees it, in an order in which they can be applied; `crds` are applied before
 * the rest, and the cluster must have taken them in. `images` replaces
 * deployed references by others (the dev loop's content tags); nothing else ever differs from the committed overlay.
 */
export function render(model: Model, images: ReadonlyMap<string, string> = new Map()): Placed[] {
  const shown =
    images.size === 0 ? model : { ...model, services: model.services.map((service) => withImages(service, images)) };
  const ofNamespaces = shown.namespaces.flatMap((namespace) =>
    KINDS.flatMap((kind) => drawNamespace(kind, namespace, shown)),
  );
  const ofPlatform = KINDS.flatMap((kind) => drawPlatform(kind, shown));
  const ofServices = shown.services.flatMap((service) => KINDS.flatMap((kind) => drawService(kind, service, shown)));
  const vendored = shown.manifests.flatMap((manifest) => drawManifest(manifest, images));
  const all = [...ofPlatform, ...ofServices, ...vendored];
  const at = (home: Home): Placed[] => inApplyOrder(all.filter((placed) => placed.home === home));
  const ofOverlays = ofServices.filter(({ home }) => home !== "cluster");
  return [
    ...inApplyOrder(ofNamespaces),
    ...at("crds"),
    ...at("cluster"),
    ...withObjectPatches(inApplyOrder(ofOverlays), model),
    ...at("manifests"),
  ];
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

function drawPlatform(kind: Kind, model: Model): Placed[] {
  return (kind.ofPlatform?.(model) ?? []).map((drawn) =>
    place(drawn, { home: "cluster", service: null, namespace: null }),
  );
}

function drawService(kind: Kind, service: ServiceModel, model: Model): Placed[] {
  const { external } = service;
  const home = external ? "overlay" : kind.home;
  const drawn = external ? kind.ofExternal?.(service, external, model) : kind.ofService?.(service, model);
  return (drawn ?? []).map((one) => place(one, { home, service: service.name, namespace: null }));
}

function place(
  { object, pointer, slug, description = null, notes = [] }: Drawn,
  where: Pick<Placed, "home" | "service" | "namespace">,
): Placed {
  return { object, ...where, manifest: null, pointer, slug: slug ?? null, description, notes };
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
