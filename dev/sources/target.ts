import { shortHash } from "../../tools/lib/hash.ts";
import { startOrder } from "../../tools/model/graph.ts";
import { deployedImage } from "../../tools/model/image.ts";
import { type Model, environmentModel } from "../../tools/model/model.ts";
import type { ServiceModel } from "../../tools/model/service.ts";
import { type EffectiveService, effectiveServices } from "../../tools/registry/effective.ts";
import { type Inputs, LOCK_FILE, REGISTRY_FILE } from "../../tools/registry/read.ts";
import { type Placed, render } from "../../tools/render/render.ts";
import { watchRule } from "./watch-rule.ts";
import type { Drawing, ImageTarget, ServiceTarget, Target } from "../core/target.ts";

/**
 * What the loop has to make true for one environment. `only`: nothing but these services; null means all. `isIgnored`:
 * whether a .dockerignore leaves a path, relative to the root, out of its build context. Pure.
 */
export function targetOf(
  inputs: Inputs,
  environment: string,
  only: readonly string[] | null,
  isIgnored: (path: string) => boolean = () => false,
): Target {
  const model = environmentModel(inputs, environment);
  const effective = effectiveServices(inputs.registry, environment);
  const built = builtImages(effective);
  const services = startOrder(
    model.services.map(({ name }) => name),
    model.edges,
  )
    .filter((name) => only === null || only.includes(name))
    .flatMap((name) => serviceTarget(name, model, effective, built, isIgnored));
  const shared = render(model).filter(isShared);
  return {
    environment,
    inputPaths: [REGISTRY_FILE, LOCK_FILE, ...inputs.files.keys()],
    images: imageTargets(effective, built, services),
    services,
    everyService: model.services.map(({ name }) => name),
    shared: drawingOf(shared),
    sharedFolders: sharedFolders(shared),
    secrets: model.secrets.map(({ name, namespace, keys, readers }) => ({
      name,
      namespace,
      keys: Object.keys(keys),
      readers,
    })),
    draw: (service, images) =>
      drawingOf(
        render({ ...model, namespaces: [], manifests: [] }, images).filter(
          (placed) => placed.service === service && !isShared(placed),
        ),
      ),
  };
}

/** What must be there before any service, or beside them: a service's ClusterRole is the cluster's. */
function isShared({ service, home }: Placed): boolean {
  return service === null || home === "cluster";
}

function sharedFolders(shared: readonly Placed[]): readonly string[] {
  const has = (home: Placed["home"]): boolean => shared.some((placed) => placed.home === home);
  return [
    "namespaces",
    ...(has("crds") ? ["cluster/crds"] : []),
    ...(has("cluster") ? ["cluster"] : []),
    ...new Set(shared.flatMap(({ home, manifest }) => (home === "manifests" && manifest !== null ? [manifest] : []))),
  ];
}

function drawingOf(placed: readonly Placed[]): Drawing {
  const objects = placed.map(({ object }) => object);
  return { objects, digest: shortHash(JSON.stringify(objects)) };
}

/** Service → the reference under which the loop deploys what is built for it. */
function builtImages(effective: readonly EffectiveService[]): ReadonlyMap<string, string> {
  const built = effective.filter(({ service }) => service.build !== undefined);
  return new Map(
    built.map(({ name, service }) => [
      name,
      deployedImage(service.image ?? "", true, { isLocal: true, registry: null, pins: "tag", lock: {} }),
    ]),
  );
}

function serviceTarget(
  name: string,
  model: Model,
  effective: readonly EffectiveService[],
  built: ReadonlyMap<string, string>,
  isIgnored: (path: string) => boolean,
): ServiceTarget[] {
  const service = model.services.find((one) => one.name === name);
  if (!service) return [];
  const { dependsOn = {}, develop } = effective.find((one) => one.name === name)?.service ?? {};
  const references = new Set(built.values());
  return [
    {
      name,
      namespace: service.namespace,
      images: references.has(service.container.image) ? [service.container.image] : [],
      // Compose's default: a dependency has to be started, not more.
      dependsOn: Object.entries(dependsOn).map(([other, { condition }]) => ({
        service: other,
        condition: condition ?? "started",
      })),
      forwards: forwardsOf(service),
      watch: (develop?.watch ?? []).map((rule) => watchRule(rule, isIgnored)),
    },
  ];
}

function forwardsOf({ portForwards, ports }: ServiceModel): ServiceTarget["forwards"] {
  return Object.entries(portForwards).flatMap(([port, localPort]) => {
    const containerPort = ports.find(({ name }) => name === port)?.containerPort;
    return containerPort === undefined ? [] : [{ port, containerPort, localPort }];
  });
}

/** The images that these services run and those that they are built on, bases first. One image may serve several services. */
function imageTargets(
  effective: readonly EffectiveService[],
  built: ReadonlyMap<string, string>,
  services: readonly ServiceTarget[],
): ImageTarget[] {
  const run = new Set(services.flatMap(({ images }) => images));
  const placed = new Map<string, ImageTarget>();
  const place = (reference: string): void => {
    if (placed.has(reference)) return;
    const image = imageTarget(reference, effective, built, run);
    image.bases.forEach(place);
    placed.set(reference, image);
  };
  run.forEach(place);
  return [...placed.values()];
}

function imageTarget(
  reference: string,
  effective: readonly EffectiveService[],
  built: ReadonlyMap<string, string>,
  run: ReadonlySet<string>,
): ImageTarget {
  const owners = effective.filter(({ name }) => built.get(name) === reference);
  const build = owners[0]?.service.build;
  const contexts = Object.entries(build?.additionalContexts ?? {}).map(
    ([name, target]) => [name, built.get(target.slice("service:".length)) ?? target] as const,
  );
  return {
    reference,
    name: owners.map(({ name }) => name).join(", "),
    build: {
      context: build?.context ?? ".",
      dockerfile: build?.dockerfile ?? "Dockerfile",
      target: build?.target ?? null,
      args: build?.args ?? {},
      contexts: Object.fromEntries(contexts),
      secrets: build?.secrets ?? {},
      ssh: build?.ssh ?? [],
      cacheFrom: build?.cacheFrom ?? [],
      platforms: build?.platforms ?? [],
    },
    bases: [...new Set(contexts.map(([, base]) => base))],
    isRun: run.has(reference),
  };
}
