import { PassThrough } from "node:stream";
import type Docker from "dockerode";
import type { OpenProgram } from "../../tools/lib/exec.ts";

/** What the engine says of itself. https://docs.docker.com/reference/api/engine/version/v1.45/#tag/System/operation/SystemInfo */
export interface EngineFacts {
  /** As OCI writes it: `amd64`. */
  readonly architecture: string;
  /** Whether containerd keeps its images, with all their platforms, instead of the engine itself. */
  readonly hasContainerdStore: boolean;
  /** `1.45` */
  readonly apiVersion: string;
}

/** Moves images in and out of the engine. */
export interface EngineImages {
  /** `docker image tag`. */
  tag(reference: string, as: string): Promise<void>;
  /** `docker image rm`, of a name that may be gone already. */
  untag(reference: string): Promise<void>;
  /** `docker image push`. Rejects with the engine's words. A platform only for an engine that knows the word. */
  push(reference: string, platform: string | null, signal: AbortSignal): Promise<void>;
  /** Names whose repository fits a pattern of `docker image ls --filter reference=`. */
  names(pattern: string): Promise<readonly string[]>;
  facts(): Promise<EngineFacts>;
}

export function engineImages(docker: Docker): EngineImages {
  let known: Promise<EngineFacts> | null = null;
  return {
    async tag(reference, as) {
      const { name, tag } = parts(as);
      await docker.getImage(reference).tag({ repo: name, tag });
    },
    async untag(reference) {
      // Without noprune the engine would take the layers below with the last name.
      await docker.getImage(reference).remove({ noprune: true }).catch(ignoreMissing);
    },
    push: (reference, platform, signal) => push(docker, reference, platform, signal),
    async names(pattern) {
      const images = await docker.listImages({ filters: { reference: [pattern] } });
      return images.flatMap(({ RepoTags }) => RepoTags ?? []);
    },
    facts() {
      // They stay as they are as long as the engine runs; one that did not answer is asked again.
      known ??= facts(docker).catch((error: unknown) => {
        known = null;
        throw error;
      });
      return known;
    },
  };
}

/** `docker exec -i`, kept open. */
export async function openProgram(docker: Docker, container: string, command: readonly string[]): Promise<OpenProgram> {
  const started = await docker
    .getContainer(container)
    .exec({ Cmd: [...command], AttachStdin: true, AttachStdout: true, AttachStderr: true });
  const input = await started.start({ hijack: true, stdin: true });
  const output = new PassThrough();
  docker.modem.demuxStream(input, output, output);
  const closed = new Promise<void>((resolve) => {
    // A connection that breaks is no error of its own: whoever waits for an answer gets none.
    for (const end of ["end", "close", "error"]) input.once(end, () => resolve());
  });
  void closed.then(() => output.end());
  return { input, output, closed };
}

async function push(docker: Docker, reference: string, platform: string | null, signal: AbortSignal): Promise<void> {
  const [os, architecture] = platform?.split("/") ?? [];
  const stream = await docker.getImage(reference).push({
    // Any text will do where the registry asks for nobody's name, but the header must be there.
    authconfig: { username: "", password: "", serveraddress: "" },
    ...(platform !== null && { platform: JSON.stringify({ os, architecture }) }),
    abortSignal: signal,
  });
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(stream, (error) => (error ? reject(error) : resolve()));
  });
  signal.throwIfAborted();
}

async function facts(docker: Docker): Promise<EngineFacts> {
  const [info, version] = await Promise.all([docker.info() as Promise<Info>, docker.version()]);
  return {
    architecture: ARCHITECTURES[info.Architecture ?? ""] ?? info.Architecture ?? "",
    hasContainerdStore: (info.DriverStatus ?? []).some(([, value]) => value === "io.containerd.snapshotter.v1"),
    apiVersion: version.ApiVersion,
  };
}

interface Info {
  readonly Architecture?: string;
  readonly DriverStatus?: readonly (readonly [string, string])[];
}

/** The kernel's names, and OCI's. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: "amd64", aarch64: "arm64" };

function parts(reference: string): { readonly name: string; readonly tag: string } {
  const colon = reference.lastIndexOf(":");
  return { name: reference.slice(0, colon), tag: reference.slice(colon + 1) };
}

function ignoreMissing(error: unknown): void {
  if (error instanceof Error && "statusCode" in error && error.statusCode === 404) return;
  throw error;
}
