import type Docker from "dockerode";
import { LABEL } from "./label.ts";
import type { OwnImage } from "./surplus.ts";

/** What an engine keeps on its disk. */
export interface EngineDisk {
  /** Those with our label. */
  ownImages(): Promise<readonly OwnImage[]>;
  /** When an image was last given a name, milliseconds since 1970; null where that is not known. */
  taggedAtMs(id: string): Promise<number | null>;
  /** Ids of images that any container uses, whether it runs or not. */
  usedImages(): Promise<ReadonlySet<string>>;
  /** `docker image rm`, never forced: false when the engine refuses, because something has come to use it. */
  remove(reference: string): Promise<boolean>;
  /** Bytes of BuildKit's cache. */
  cacheBytes(): Promise<number>;
  /** Removes what was not used for the longest time until no more than this is left; resolves with the bytes that it freed. */
  pruneCache(keepBytes: number): Promise<number>;
  /** Folder of its data, as it sees it: in a virtual machine it is none of this machine. */
  dataFolder(): Promise<string>;
}

interface CacheRecord {
  readonly Size: number;
  readonly Shared: boolean;
}

export function engineDisk(docker: Docker): EngineDisk {
  return {
    ownImages: () => ownImages(docker),
    taggedAtMs: (id) => taggedAtMs(docker, id),
    async usedImages() {
      const containers = await docker.listContainers({ all: true });
      return new Set(containers.map(({ ImageID }) => ImageID));
    },
    remove: (reference) =>
      docker
        .getImage(reference)
        .remove()
        .then(() => true, refusedIsFalse),
    async cacheBytes() {
      const usage = await request<{ readonly BuildCache?: readonly CacheRecord[] | null }>(
        docker,
        "GET",
        "/system/df?",
        {
          type: "build-cache",
        },
      );
      // What is shared with an image is the image's.
      return (usage.BuildCache ?? []).reduce((sum, { Size, Shared }) => sum + (Shared ? 0 : Size), 0);
    },
    async pruneCache(keepBytes) {
      // Renamed in API 1.48; the old name is understood as well.
      const query = { all: true, "keep-storage": keepBytes };
      const report = await request<{ readonly SpaceReclaimed?: number }>(docker, "POST", "/build/prune?", query);
      return report.SpaceReclaimed ?? 0;
    },
    dataFolder: async () => ((await docker.info()) as { readonly DockerRootDir: string }).DockerRootDir,
  };
}

async function ownImages(docker: Docker): Promise<readonly OwnImage[]> {
  const images = await docker.listImages({ filters: { label: [LABEL] } });
  return images.map(({ Id, RepoTags, Labels, Created }) => ({
    id: Id,
    name: Labels?.[LABEL] ?? "",
    references: (RepoTags ?? []).filter((reference) => reference !== "<none>:<none>"),
    taggedAtMs: Created * 1000,
  }));
}

async function taggedAtMs(docker: Docker, id: string): Promise<number | null> {
  const inspected: object | null = await docker.getImage(id).inspect().catch(goneIsNull);
  const { Metadata } = (inspected ?? {}) as { readonly Metadata?: { readonly LastTagTime?: string } };
  const ms = Date.parse(Metadata?.LastTagTime ?? "");
  return ms > 0 ? ms : null;
}

function request<T>(
  docker: Docker,
  method: string,
  path: string,
  query: Readonly<Record<string, string | number | boolean>>,
): Promise<T> {
  const options = {
    method,
    path,
    options: { _query: query, _body: {} },
    statusCodes: { 200: true, 500: "server error" },
  };
  return new Promise((resolve, reject) =>
    docker.modem.dial(options, (error, answer) => (error ? reject(error) : resolve(answer as T))),
  );
}

function refusedIsFalse(error: unknown): false {
  if (hasStatus(error, 404) || hasStatus(error, 409)) return false;
  throw error;
}

function goneIsNull(error: unknown): null {
  if (hasStatus(error, 404)) return null;
  throw error;
}

function hasStatus(error: unknown, status: number): boolean {
  return error instanceof Error && "statusCode" in error && error.statusCode === status;
}
