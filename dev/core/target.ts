import type { KubeObject } from "../../tools/render/object.ts";

/** What should run: one environment, as far as the loop has to know it. Made anew from each version of the registry. */
export interface Target {
  readonly environment: string;
  /** Files whose change means another target: relative to the root, with forward slashes. */
  readonly inputPaths: readonly string[];
  /** Every image that is built here, each after those it is built on. */
  readonly images: readonly ImageTarget[];
  /** In start order. */
  readonly services: readonly ServiceTarget[];
  /** Names of every service of the environment, also of those that this session leaves alone. */
  readonly everyService: readonly string[];
  /** Namespaces and what else no single service owns. */
  readonly shared: Drawing;
  /** Folders of the overlay that hold it, in the order in which they are applied. */
  readonly sharedFolders: readonly string[];
  /** Secrets that must exist before their readers start. */
  readonly secrets: readonly SecretTarget[];
  /** A service's objects, with the given images in place of the committed references. Pure. */
  draw(service: string, images: ReadonlyMap<string, string>): Drawing;
}

export interface ImageTarget {
  /** As the environment deploys it, `mage/core:dev`: what identifies an image here. */
  readonly reference: string;
  /** What people call it: the service that it belongs to. */
  readonly name: string;
  readonly build: ImageBuild;
  /** References of the images built here on which this one is built. */
  readonly bases: readonly string[];
  /** False for an image that others are built on and no pod runs. */
  readonly isRun: boolean;
}

/** Compose's words, with nothing left out. */
export interface ImageBuild {
  /** Folder, relative to the root. */
  readonly context: string;
  /** Relative to the context. */
  readonly dockerfile: string;
  readonly target: string | null;
  readonly args: Readonly<Record<string, string>>;
  /** Named context → reference of the image that it stands for. */
  readonly contexts: Readonly<Record<string, string>>;
  /** Id of each build secret → where its value is; a file's path is relative to the root. */
  readonly secrets: Readonly<Record<string, { readonly file: string } | { readonly environment: string }>>;
  /** Ids of SSH agents. */
  readonly ssh: readonly string[];
  readonly cacheFrom: readonly string[];
  /** What it can be built for, `linux/amd64`; nothing means whatever the cluster is. */
  readonly platforms: readonly string[];
}

export interface ServiceTarget {
  readonly name: string;
  readonly namespace: string;
  /** References of the images built here that its pods run. */
  readonly images: readonly string[];
  readonly dependsOn: readonly { readonly service: string; readonly condition: "started" | "healthy" }[];
  readonly forwards: readonly PortForward[];
  /** What is done in its running containers instead of building an image. */
  readonly watch: readonly WatchRule[];
}

/** A rule of `develop.watch`, in Compose's words. https://docs.docker.com/reference/compose-file/develop/#watch */
export interface WatchRule {
  readonly action: "sync" | "sync+restart" | "sync+exec" | "rebuild" | "restart";
  /** File or folder, relative to the root. */
  readonly path: string;
  /** Where it belongs in the container; null for rebuild and restart. */
  readonly target: string | null;
  /** Whether the rule is about a path, relative to the root: below `path`, and as `include` and `ignore` say. Pure. */
  matches(path: string): boolean;
  /** Patterns relative to `path`: what they name is not even watched. */
  readonly ignore: readonly string[];
  /** Whether everything below `path` is copied when a container starts. */
  readonly initialSync: boolean;
  /** What sync+exec runs in the container. */
  readonly exec: { readonly command: readonly string[]; readonly workingDir: string | null } | null;
}

export interface PortForward {
  readonly port: string;
  readonly containerPort: number;
  readonly localPort: number;
}

export interface SecretTarget {
  readonly name: string;
  readonly namespace: string;
  readonly keys: readonly string[];
  /** Services that read it. */
  readonly readers: readonly string[];
}

/** Objects, and a digest of all they say. */
export interface Drawing {
  readonly objects: readonly KubeObject[];
  readonly digest: string;
}
