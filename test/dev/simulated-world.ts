import assert from "node:assert/strict";
import { userError } from "../../tools/lib/errors.ts";
import { affectedImages } from "../../dev/core/affected.ts";
import type { Ports } from "../../dev/core/ports.ts";
import type { ImageTarget, Target } from "../../dev/core/target.ts";
import { aRule, aService, aTarget, anImage } from "./fixture.ts";

// A machine, an engine and a cluster in which everything takes as long as the simulation wants. What happens in it is
// decided by one seeded source of randomness, so that every run can be repeated.

export type Random = () => number;

/** A small, good generator: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
export function randomOf(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Content of this version does not build. */
export const BROKEN = 666;

const BASE = anImage("base", { isRun: false });
const IMAGES = [
  BASE,
  anImage("a", { bases: [BASE.reference] }),
  anImage("b", { bases: [BASE.reference] }),
  anImage("c"),
];

export const FILES = ["base/x", "a/x", "a/y", "b/x", "c/src/x", "c/src/y", "c/package.json"].map(
  (path) => `services/${path}`,
);

export function platform(version: number): Target {
  const services = [
    aService("db", { images: [] }),
    aService("a", { dependsOn: [{ service: "db", condition: "healthy" }] }),
    aService("b", { dependsOn: [{ service: "a", condition: "started" }] }),
    aService("c", { watch: [aRule("sync", "services/c/src")] }),
  ];
  // A platform that loses a service and gets it back.
  return aTarget(IMAGES, version % 3 === 2 ? services.filter(({ name }) => name !== "b") : services, version);
}

interface Pending {
  readonly name: string;
  readonly signal: AbortSignal;
  finish(): void;
}

interface Deployed {
  /** Somebody has deleted it; what was copied is copied again when it is back. */
  readonly isGone: boolean;
  readonly tag: string | null;
  readonly copied: Map<string, number>;
}

interface Spec {
  readonly images?: readonly string[];
  readonly replicas?: number;
}

export interface World {
  readonly ports: Ports;
  readonly files: Map<string, number>;
  readonly pending: readonly Pending[];
  version: number;
  isEngineAway: boolean;
  isClusterAway: boolean;
  /** Somebody deletes what a service consists of. */
  vandalise(service: string): void;
  /** File → version, as the containers of a service see it. */
  seenBy(service: string): ReadonlyMap<string, number>;
  /** Files that a service is made of. */
  filesOf(service: string): readonly string[];
  buildsOf(image: string): number;
}

export function newWorld(): World {
  const files = new Map(FILES.map((path) => [path, 0]));
  const pending: Pending[] = [];
  const built = new Map<string, ReadonlyMap<string, number>>();
  const delivered = new Set<string>();
  const cluster = new Map<string, Deployed>();
  const builds = new Map<string, number>();
  const world: World = {
    ports: ports(),
    files,
    pending,
    version: 0,
    isEngineAway: false,
    isClusterAway: false,
    vandalise,
    seenBy,
    filesOf,
    buildsOf,
  };
  return world;

  /** Resolves when the simulation says so; an aborted call as well, some time later. */
  async function takesTime(name: string, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const call: Pending = { name, signal, finish: () => (pending.splice(pending.indexOf(call), 1), resolve()) };
      pending.push(call);
    });
  }

  function ports(): Ports {
    return {
      registry: { read: async () => platform(world.version) },
      builder: { digest, build },
      delivery: { deliver },
      cluster: {
        prepare: async (_, signal) => (await takesTime("prepare", signal), reach("cluster")),
        prune: async (_, signal) => (await takesTime("prune", signal), reach("cluster"), []),
        apply,
        restart: (_, signal) => takesTime("restart", signal),
        observe,
      },
      containers: { sync },
      clock: { nowMs: () => 0 },
    };
  }

  async function digest({ image, bases }: Parameters<Ports["builder"]["digest"]>[0], signal: AbortSignal) {
    const content = contentOf(image);
    await takesTime(`digest ${image.name}`, signal);
    return tagOf(image, content, bases);
  }

  async function build({ image, tag, bases }: Parameters<Ports["builder"]["build"]>[0], signal: AbortSignal) {
    assert.equal(buildsOf(image.name), 0, `two builds of ${image.name} at once`);
    builds.set(image.name, 1);
    const content = contentOf(image);
    await takesTime(`build ${tag}`, signal);
    builds.set(image.name, 0);
    reach("engine");
    if (tagOf(image, content, bases) !== tag) throw userError("CONTEXT_CHANGED", image.name, "changed", "wait");
    if ([...content.values()].includes(BROKEN)) throw userError("BUILD_FAILED", image.name, "broken", "mend it");
    if (!signal.aborted)
      built.set(tag, new Map([...[...bases.values()].flatMap((base) => [...(built.get(base) ?? [])]), ...content]));
    return false;
  }

  async function deliver({ tag }: Parameters<Ports["delivery"]["deliver"]>[0], signal: AbortSignal) {
    assert.ok(built.has(tag), `${tag} is delivered before it is built`);
    await takesTime(`deliver ${tag}`, signal);
    reach("engine");
    if (!signal.aborted) delivered.add(tag);
    return false;
  }

  async function apply({ service, drawing }: Parameters<Ports["cluster"]["apply"]>[0], signal: AbortSignal) {
    const [object] = drawing.objects as readonly { readonly spec?: Spec }[];
    const tag = object?.spec?.images?.[0] ?? null;
    const isOff = object?.spec?.replicas === 0;
    assert.ok(tag === null || isOff || delivered.has(tag), `${service} is applied before ${tag} is delivered`);
    await takesTime(`apply ${service}`, signal);
    reach("cluster");
    // It may have arrived although nobody waits for it any more.
    const before = cluster.get(service);
    cluster.set(service, { isGone: false, tag, copied: before?.tag === tag ? before.copied : new Map() });
    return 1;
  }

  async function observe({ service }: Parameters<Ports["cluster"]["observe"]>[0], signal: AbortSignal) {
    await takesTime(`observe ${service}`, signal);
    reach("cluster");
  }

  async function sync({ service, paths, tag }: Parameters<Ports["containers"]["sync"]>[0], signal: AbortSignal) {
    const contents = paths.map((path) => [path, files.get(path) ?? 0] as const);
    await takesTime(`sync ${service.name}`, signal);
    const running = cluster.get(service.name);
    if (!running || running.tag !== tag) throw userError("SYNC_FAILED", service.name, "another image runs", "wait");
    if (contents.some(([, version]) => version === BROKEN))
      throw userError("SYNC_FAILED", service.name, "refused", "wait");
    for (const [path, version] of contents) running.copied.set(path, version);
  }

  function reach(what: "engine" | "cluster"): void {
    if (what === "engine" ? !world.isEngineAway : !world.isClusterAway) return;
    throw userError(what === "engine" ? "ENGINE_UNREACHABLE" : "CLUSTER_UNREACHABLE", what, "away", "wait");
  }

  function contentOf(image: ImageTarget): Map<string, number> {
    return new Map([...files].filter(([path]) => affectedImages([image], [path]).length > 0));
  }

  function vandalise(service: string): void {
    const deployed = cluster.get(service);
    if (deployed) cluster.set(service, { ...deployed, isGone: true });
  }

  function seenBy(service: string): ReadonlyMap<string, number> {
    const running = cluster.get(service);
    if (running?.isGone) return new Map();
    return new Map([...(built.get(running?.tag ?? "") ?? []), ...(running?.copied ?? [])]);
  }

  function filesOf(service: string): readonly string[] {
    const image = IMAGES.find(({ name }) => name === service);
    const used = IMAGES.filter((one) => one === image || image?.bases.includes(one.reference));
    return FILES.filter((path) => affectedImages(used, [path]).length > 0);
  }

  function buildsOf(image: string): number {
    return builds.get(image) ?? 0;
  }
}

function tagOf(
  { name }: ImageTarget,
  content: ReadonlyMap<string, number>,
  bases: ReadonlyMap<string, string>,
): string {
  return `acme/${name}:${[...content.values(), ...[...bases.values()].map((tag) => `(${tag.split(":")[1]})`)].join("-")}`;
}
