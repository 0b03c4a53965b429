import { PassThrough, type Readable } from "node:stream";
import { finished } from "node:stream/promises";
import type Docker from "dockerode";
import { engineOptions } from "../../tools/cluster/docker-engine.ts";
import type { OpenProgram } from "../../tools/lib/exec.ts";
import { type EngineImages, engineImages, openProgram } from "./engine-images.ts";
import { type EngineBuild, type EngineBuilt, buildImage } from "./engine-build.ts";
import { type EngineDisk, engineDisk } from "./engine-disk.ts";
import { engineFailure } from "./engine-failure.ts";

/** The Docker engine that builds the images and runs the nodes. Dockerode stays behind this. */
export interface Engine {
  hasImage(reference: string): Promise<boolean>;
  /** A build that fails is a report like any other. */
  build(options: EngineBuild, signal: AbortSignal): Promise<EngineBuilt>;
  /** `docker image save`. */
  save(reference: string): Promise<Readable>;
  /** Runs a program in a container, fed by `input` to its end. */
  exec(container: string, command: readonly string[], signal: AbortSignal, input?: Readable): Promise<EngineExec>;
  /** Starts a program in a container that goes on running until its input ends. */
  open(container: string, command: readonly string[]): Promise<OpenProgram>;
  readonly images: EngineImages;
  readonly disk: EngineDisk;
}

export interface EngineExec {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Connects at first use: loading the client takes a tenth of a second. `address`: a socket, or `tcp://HOST:PORT`. */
export async function connectEngine(address: string): Promise<Engine> {
  const { default: Client } = await import("dockerode");
  const docker = new Client(engineOptions(address));
  return {
    hasImage: (reference) =>
      docker
        .getImage(reference)
        .inspect()
        .then(() => true, absentIsFalse)
        .catch((error: unknown) => Promise.reject(engineFailure(error))),
    build: (options, signal) =>
      buildImage(docker, options, signal).catch((error: unknown) =>
        Promise.reject(signal.aborted ? error : engineFailure(error)),
      ),
    save: async (reference) => (await docker.getImage(reference).get()) as Readable,
    exec: (container, command, signal, input) => exec(docker, container, command, signal, input),
    open: (container, command) => openProgram(docker, container, command),
    images: engineImages(docker),
    disk: engineDisk(docker),
  };
}

async function exec(
  docker: Docker,
  container: string,
  command: readonly string[],
  signal: AbortSignal,
  input?: Readable,
): Promise<EngineExec> {
  const started = await docker
    .getContainer(container)
    .exec({ Cmd: [...command], AttachStdin: input !== undefined, AttachStdout: true, AttachStderr: true });
  const stream = await started.start({ hijack: true, stdin: input !== undefined });
  const stop = (): void => void stream.destroy(new Error("aborted"));
  signal.addEventListener("abort", stop, { once: true });
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  docker.modem.demuxStream(stream, stdout, stderr);
  input?.pipe(stream);
  const outputs = Promise.all([textOf(stdout), textOf(stderr)]);
  try {
    await finished(stream, { writable: false });
  } finally {
    signal.removeEventListener("abort", stop);
    input?.unpipe(stream);
    stdout.end();
    stderr.end();
  }
  const [out, err] = await outputs;
  const { ExitCode } = await started.inspect();
  return { exitCode: ExitCode ?? 1, stdout: out, stderr: err };
}

async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function absentIsFalse(error: unknown): false {
  if (error instanceof Error && "statusCode" in error && error.statusCode === 404) return false;
  throw error;
}
