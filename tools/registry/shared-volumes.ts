import { mergePatch } from "../lib/merge.ts";
import type { Registry } from "./schema.ts";

export type SharedVolumes = NonNullable<Registry["volumes"]>;

/** The claims that several services mount, as an environment has them; `null` is the base, which no environment changes. */
export function sharedVolumesOf(registry: Registry, environment: string | null): SharedVolumes {
  const entries = Object.entries(registry.volumes ?? {}).map(([name, volume]) => {
    const there = environment === null ? undefined : volume.environments?.[environment];
    return [name, mergePatch(volume, there ?? {})] as const;
  });
  return Object.fromEntries(entries) as SharedVolumes;
}
