import { connect } from "node:net";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Finding, UserError } from "../../tools/lib/errors.ts";
import type { ImageBuild } from "../core/target.ts";
import { bytesField, fields, textOf } from "./protobuf.ts";
import type { ByteStream, Callbacks } from "./session.ts";

/** What a build may see without any of it getting into the image: values of secrets by id, sockets of SSH agents by id. */
export interface BuildSecrets {
  readonly values: ReadonlyMap<string, Buffer>;
  readonly agents: ReadonlyMap<string, string>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the values. Throws a `UserError` that names all that is missing, and no value. */
export async function readBuildSecrets(
  root: string,
  { secrets, ssh }: Pick<ImageBuild, "secrets" | "ssh">,
  environment: Environment,
): Promise<BuildSecrets> {
  const findings: Finding[] = [];
  const values = new Map<string, Buffer>();
  for (const [id, source] of Object.entries(secrets)) {
    const value = "file" in source ? await fileOrNull(join(root, source.file)) : environment[source.environment];
    if (value === undefined || value === null) findings.push(missingSecret(id, source));
    else values.set(id, Buffer.from(value));
  }
  const socket = environment["SSH_AUTH_SOCK"];
  if (ssh.length > 0 && !socket) findings.push(missingAgent(ssh));
  if (findings.length > 0) throw new UserError(findings);
  return { values, agents: new Map(ssh.map((id) => [id, socket ?? ""])) };
}

/**
 * `RUN --mount=type=secret` and `--mount=type=ssh`.
 * https://github.com/moby/buildkit/blob/master/session/secrets/secrets.proto
 * https://github.com/moby/buildkit/blob/master/session/sshforward/ssh.proto
 */
export function secretCallbacks({ values, agents }: BuildSecrets): Callbacks {
  return {
    answers: {
      "/moby.buildkit.secrets.v1.Secrets/GetSecret": (request) => {
        const value = values.get(textOf(fields(request), 1));
        return value ? bytesField(1, value) : null;
      },
      "/moby.sshforward.v1.SSH/CheckAgent": (request) =>
        agents.has(textOf(fields(request), 1) || "default") ? Buffer.alloc(0) : null,
    },
    streams: { "/moby.sshforward.v1.SSH/ForwardAgent": (stream) => forwardAgent(stream, agents) },
  };
}

function forwardAgent(stream: ByteStream, agents: ReadonlyMap<string, string>): void {
  const id = String(stream.metadata.get("buildkit.ssh.id")[0] ?? "default");
  const socket = connect(agents.get(id) ?? "");
  socket.on("data", (bytes) => void stream.write(bytesField(1, bytes)));
  socket.on("close", () => void stream.end());
  socket.on("error", () => void stream.end());
  stream.on("data", (message: Buffer) => {
    const bytes = fields(message).find(({ number }) => number === 1)?.bytes;
    if (bytes) socket.write(bytes);
  });
  stream.on("end", () => void socket.end());
  stream.on("cancelled", () => void socket.destroy());
}

async function fileOrNull(path: string): Promise<Buffer | null> {
  return readFile(path).catch(() => null);
}

function missingSecret(id: string, source: ImageBuild["secrets"][string]): Finding {
  const [where, fix] =
    "file" in source
      ? [source.file, "write the file; it is git-ignored, is it?"]
      : [`$${source.environment}`, `set it before the loop is started: export ${source.environment}=…`];
  return {
    code: "BUILD_SECRET_MISSING",
    severity: "error",
    where,
    message: `the build's secret "${id}" is read from here, and there is nothing`,
    fix,
  };
}

function missingAgent(ids: readonly string[]): Finding {
  return {
    code: "BUILD_SSH_AGENT_MISSING",
    severity: "error",
    where: "$SSH_AUTH_SOCK",
    message: `the build uses the SSH agent (${ids.join(", ")}), and none is running`,
    fix: "start it before the loop: eval $(ssh-agent) && ssh-add",
  };
}
