import { isAbsolute, relative, resolve, sep } from "node:path";
import type { Disk } from "./disk.ts";
import type { ComposeNode } from "./node.ts";

/** One service or job of the Compose files that is taken over. */
export interface ComposeService {
  /** As the Compose files call it. */
  readonly key: string;
  /** As the registry will call it. */
  readonly name: string;
  readonly section: "services" | "jobs";
  readonly node: ComposeNode;
}

/** What a service's conversion must know of all the others. */
export interface Project {
  readonly name: string;
  readonly model: ComposeNode;
  readonly services: readonly ComposeService[];
  /** Folder of services.json, absolute. */
  readonly root: string;
  readonly disk: Disk;
  readonly folders: ReadonlyMap<string, string>;
  readonly values: ReadonlyMap<string, string>;
  /** Every name by which a service is reached → its name in the registry. */
  readonly hosts: ReadonlyMap<string, string>;
  /** Named volumes that several services mount. */
  readonly sharedVolumes: ReadonlySet<string>;
  /** Services for whose end another one waits. */
  readonly finite: ReadonlySet<string>;
  /** Names of volumes, secrets and configs → names that Kubernetes allows. */
  readonly volumeNames: ReadonlyMap<string, string>;
  readonly secretNames: ReadonlyMap<string, string>;
  /** The Secret of variables, and which of its keys holds a value (or a marker). */
  readonly secret: string;
  readonly secretKeys: ReadonlyMap<string, string>;
  readonly holders: ReadonlyMap<string, string>;
}

export interface Context extends ComposeService {
  readonly project: Project;
}

/** A path that a Compose file says: absolute, and relative to services.json where it lies below. */
export function placeOf(
  { root, folders }: Pick<Project, "root" | "folders">,
  node: Pick<ComposeNode, "file">,
  written: string,
): { readonly absolute: string; readonly relative: string | null } {
  const absolute = resolve(folders.get(node.file) ?? root, written);
  const way = relative(root, absolute).split(sep).join("/");
  return { absolute, relative: way.startsWith("..") || isAbsolute(way) ? null : way === "" ? "." : way };
}
