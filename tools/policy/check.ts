import type { Model } from "../model/model.ts";
import type { ImagesLock } from "../registry/lock.ts";
import type { Profile } from "../registry/schema.ts";
import type { KubeObject } from "../render/object.ts";
import type { Placed } from "../render/render.ts";
import type { BuildContext } from "../sources/build-context.ts";
import type { Build } from "../registry/schema/service.ts";

/** What a check looks at: one environment, drawn, and what lies beside it. */
export interface Subject {
  readonly model: Model;
  readonly placed: readonly Placed[];
  readonly lock: ImagesLock;
  /** Every image that the registry names in any environment, as it is written. */
  readonly writtenImages: ReadonlySet<string>;
  /** What this environment builds, where its sources are here. */
  readonly sources: readonly Source[];
  /** Every kustomization.yaml that this environment reads. */
  readonly kustomizations: readonly Kustomization[];
}

/** A service that is built, and what it is built from. */
export interface Source {
  readonly service: string;
  readonly build: Build;
  readonly context: BuildContext;
}

export interface Kustomization {
  /** `overlays/airgap/core/kustomization.yaml` */
  readonly path: string;
  readonly value: unknown;
}

/** What is wrong, and how it is mended. */
export interface Problem {
  readonly message: string;
  readonly fix: string;
}

/** A problem of an object, or of a file: `services/core/Dockerfile:12`. */
export type Violation = Problem &
  (
    | { readonly object: Placed; readonly file?: never }
    | { readonly file: string; readonly service: string | null; readonly object?: never }
  );

/** One rule, in one file. Its code never changes its meaning: exceptions name it. */
export interface Check {
  readonly code: string;
  /** error: it breaks, or opens a door. warning: it will one day. */
  readonly severity: "error" | "warning";
  /** What must be so. */
  readonly title: string;
  /** The same demand elsewhere: `kube-linter/latest-tag`, `pss/restricted/runAsNonRoot`, `cis/5.2.7`. An exception for our code answers these too. */
  readonly tags: readonly string[];
  /** Where it holds; everywhere by default. */
  readonly profiles?: readonly Profile[];
  readonly run: (subject: Subject) => readonly Violation[];
}

/** Everywhere but on a laptop. */
export const DEPLOYED: readonly Profile[] = ["staging", "airgap", "prod"];
/** Where nothing can be fetched. */
export const AIRGAP: readonly Profile[] = ["airgap"];
/** Where what was tested must be what runs. */
export const PINNED: readonly Profile[] = ["airgap", "prod"];

const byKind = new WeakMap<readonly Placed[], ReadonlyMap<string, readonly Placed[]>>();

/** The objects of some kinds; looked up, since every check asks for some. */
export function ofKind({ placed }: Subject, ...kinds: readonly string[]): readonly Placed[] {
  const found = byKind.get(placed) ?? groupByKind(placed);
  byKind.set(placed, found);
  return kinds.length === 1 ? (found.get(kinds[0] ?? "") ?? []) : kinds.flatMap((kind) => found.get(kind) ?? []);
}

function groupByKind(placed: readonly Placed[]): ReadonlyMap<string, readonly Placed[]> {
  const groups = new Map<string, Placed[]>();
  for (const one of placed) {
    const group = groups.get(one.object.kind);
    if (group) group.push(one);
    else groups.set(one.object.kind, [one]);
  }
  return groups;
}

export function idOf({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.name}`;
}
