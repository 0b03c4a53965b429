import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Engine } from "../../../dev/build/engine.ts";
import { type Model, environmentModel } from "../../../tools/model/model.ts";
import type { Inputs } from "../../../tools/registry/read.ts";
import { buildImages } from "../cluster.ts";
import { parseYamlStream } from "../yaml.ts";
import { run } from "../run.ts";

// Which images an overlay runs, as its mirror.yaml lists them, and where each is had from on a machine like this one.

/** Label of what goes with the enclave. */
export const MADE_HERE = "slipway-test=airgap";

/** An entry of `images` in mirror.yaml. */
export interface Listed {
  /** As the overlay names it: host, repository, tag. */
  readonly target: string;
  /** What is pulled outside; absent where it is built here. */
  readonly source?: string;
  /** Services. */
  readonly usedBy?: readonly string[];
}

/** An image of the engine that is pushed as `target`. `instead`: what stands in there, and for what; null where nothing does. */
export interface Supply {
  readonly target: string;
  readonly image: string;
  readonly instead: string | null;
}

export function listedImages(overlay: string): readonly Listed[] {
  const [content] = parseYamlStream(readFileSync(`${overlay}/mirror.yaml`, "utf8"));
  return (content as { readonly images: readonly Listed[] }).images;
}

/** Images of others that nothing here has: not the engine, not a registry that it reaches, and no stand-in. */
export function missingImages(listed: readonly Listed[], model: Model): string[] {
  return running(listed).flatMap((one) =>
    kindOf(one, model) !== "theirs" || found(one.source) !== null ? [] : [one.source ?? one.target],
  );
}

/** An image for each target that something runs. What needs a GPU is answered for by the service's mock. */
export async function supplies(
  listed: readonly Listed[],
  inputs: Inputs,
  environment: string,
  engine: Engine,
): Promise<Supply[]> {
  const model = environmentModel(inputs, environment);
  // What is built here is built as on a laptop, which has the mocks as well: builds inside an enclave have other arguments.
  const built = await buildImages(".", inputs, "local", engine);
  return Promise.all(
    running(listed).map(async (one) => {
      const [user = ""] = one.usedBy;
      const kind = kindOf(one, model);
      if (kind === "gpu") return mocked(one, user, inputs, model, tagOf(built, user));
      if (kind === "built") return { target: one.target, image: tagOf(built, user), instead: null };
      const image = found(one.source) ?? "";
      return { target: one.target, image, instead: image === one.source ? null : `${one.source} by ${image}` };
    }),
  );
}

interface Used extends Listed {
  readonly usedBy: readonly string[];
}

/** The others are brought for what is built or installed in the enclave. */
export function running(listed: readonly Listed[]): Used[] {
  return listed.filter((one): one is Used => one.usedBy !== undefined);
}

type Kind = "gpu" | "built" | "theirs";

function kindOf({ source, usedBy }: Listed, model: Model): Kind {
  const users = model.services.filter(({ name }) => usedBy?.includes(name));
  if (users.some(({ gpu }) => gpu !== null)) return "gpu";
  return source === undefined ? "built" : "theirs";
}

function tagOf(images: Awaited<ReturnType<typeof buildImages>>, service: string): string {
  const found = images.find(({ image }) => image.name.split(", ").includes(service));
  if (!found) throw new Error(`nothing is built for ${service}`);
  return found.tag;
}

/** For images that a machine without a registry may have under another name. */
const OTHER_NAMES: Readonly<Record<string, string>> = { "docker.io/library/traefik:v3.5.3": "traefik:v3" };

/** What the engine has, or can pull, or has under another name. */
function found(source = ""): string | null {
  if (has(source)) return source;
  if (spawnSync("docker", ["pull", "--quiet", source], { stdio: "ignore", timeout: 300_000 }).status === 0)
    return source;
  const other = OTHER_NAMES[source];
  return other !== undefined && has(other) ? other : null;
}

function has(image: string): boolean {
  return spawnSync("docker", ["image", "inspect", image], { stdio: "ignore" }).status === 0;
}

/**
 * The mock as the image of a GPU service: it is given production's command line, variables and port, so what it is told
 * in a mocked environment is part of the image, and its program is the entry point, which takes no argument.
 */
async function mocked(
  { target, source }: Listed,
  service: string,
  inputs: Inputs,
  model: Model,
  mock: string,
): Promise<Supply> {
  const port = model.services.find(({ name }) => name === service)?.ports[0]?.containerPort;
  const settings = { ...inputs.registry.services[service]?.mock?.env, PORT: String(port) };
  const command = execFileSync("docker", ["image", "inspect", mock, "--format", "{{json .Config.Cmd}}"]);
  const dockerfile = [
    `FROM ${mock}`,
    ...Object.entries(settings).map(([name, value]) => `ENV ${name}=${JSON.stringify(value)}`),
    `ENTRYPOINT ${command.toString().trim()}`,
    "CMD []",
  ].join("\n");
  const image = `slipway-test/${service}:airgap`;
  await run("docker", ["build", "--quiet", "--label", MADE_HERE, "--tag", image, "-"], { input: dockerfile });
  return { target, image, instead: `${source ?? service} by the mock` };
}
