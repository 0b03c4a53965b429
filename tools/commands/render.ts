import { type Finding, UserError, hasErrors, userError } from "../lib/errors.ts";
import { suggestion } from "../lib/text.ts";
import { emitYaml } from "../lib/yaml.ts";
import { formatImage, parseImage } from "../model/image.ts";
import { type Model, environmentModel } from "../model/model.ts";
import { withParameters } from "../registry/parameters.ts";
import { type Inputs, readInputs } from "../registry/read.ts";
import { validate } from "../registry/validate.ts";
import { type Placed, render as renderModel } from "../render/render.ts";
import type { Command, CommandContext, CommandResult } from "./command.ts";
import { environmentOf } from "./environment.ts";

export const render: Command = {
  summary: "print an environment's objects, with other parameters or images where asked: previews",
  usage: "ENVIRONMENT [--set NAME=VALUE]… [--image SERVICE=REFERENCE]… [--crds]",
  maxPositionals: 1,
  examples: [
    "npm run -s render -- preview --set pr=123 --image core=ghcr.io/shop/core:pr-123 | kubectl apply -f -",
    "npm run -s render -- local > all.yaml",
    "npm run -s render -- prod --crds | kubectl apply --server-side -f -   # definitions come first",
  ],
  flags: {
    set: {
      type: "string",
      value: "NAME=VALUE",
      multiple: true,
      description: "another value for one of the environment's parameters",
    },
    image: {
      type: "string",
      value: "WHAT=REF",
      multiple: true,
      description: "another image: of a service, or instead of a reference; REF may be :TAG or @DIGEST alone",
    },
    crds: { type: "boolean", description: "the vendored definitions, and nothing else" },
  },
  details: [
    "One YAML stream in the order in which it can be applied: what `kubectl kustomize overlays/ENVIRONMENT` prints, as long",
    "as nothing is set. Namespaces of an environment with parameters carry them as labels, so that a preview is removed with",
    "  kubectl delete namespace,clusterrole,clusterrolebinding -l parameters.slipway.dev/pr=123",
    "and `kubectl get namespaces -l slipway.dev/environment=preview` lists those that are there.",
  ],
  run: runRender,
};

async function runRender({ root, positionals, flags }: CommandContext): Promise<CommandResult> {
  const { inputs, warnings } = await readInputs(root);
  const environment = environmentOf(inputs, positionals);
  const changed = withSet(inputs, environment, pairsOf(flags["set"], "--set"));
  const model = environmentModel(changed, environment);
  const images = imagesOf(model, pairsOf(flags["image"], "--image"));
  const placed = renderModel(model, images).filter(({ home }) => (home === "crds") === (flags["crds"] === true));
  return printed(placed, warnings);
}

function printed(placed: readonly Placed[], findings: readonly Finding[]): CommandResult {
  const objects = placed.map(({ object }) => object);
  const stream = objects.map(emitYaml).join("---\n").trimEnd();
  return {
    output: stream === "" ? [] : [stream],
    summary: null,
    findings,
    exitCode: 0,
    data: { objects },
  };
}

interface FlagPair {
  readonly name: string;
  readonly value: string;
}

/** `name=value`, as often as it is written. */
function pairsOf(written: CommandContext["flags"][string], flag: string): FlagPair[] {
  return (Array.isArray(written) ? (written as readonly string[]) : []).map((text) => {
    const [name = "", ...rest] = text.split("=");
    if (name !== "" && rest.length > 0) return { name, value: rest.join("=") };
    throw userError("FLAG_VALUE", `${flag} ${text}`, "this flag wants a name and a value", `write ${flag} name=value`);
  });
}

/** The registry as if the environment had these values, checked again: a value may make a name that is none. */
function withSet(inputs: Inputs, environment: string, pairs: readonly FlagPair[]): Inputs {
  const known = Object.keys(inputs.registry.environments[environment]?.parameters ?? {});
  const unknown = pairs.filter(({ name }) => !known.includes(name));
  if (unknown.length > 0) throw new UserError(unknown.map(({ name }) => unknownParameter(name, environment, known)));
  const registry = withParameters(
    inputs.registry,
    environment,
    Object.fromEntries(pairs.map(({ name, value }) => [name, value])),
  );
  const findings = pairs.length === 0 ? [] : validate(registry, inputs.source);
  if (hasErrors(findings)) throw new UserError(findings.filter(({ severity }) => severity === "error"));
  return { ...inputs, registry };
}

function unknownParameter(name: string, environment: string, known: readonly string[]): Finding {
  const message = `environment ${environment} has no parameter "${name}"`;
  return {
    code: "PARAMETER_UNKNOWN",
    severity: "error",
    where: `--set ${name}`,
    message,
    fix: suggestion(name, known),
  };
}

/** Deployed reference → the one that is asked for instead. */
function imagesOf(model: Model, pairs: readonly FlagPair[]): ReadonlyMap<string, string> {
  const deployed = deployedImages(model);
  return new Map(
    pairs.flatMap(({ name, value }) => {
      const service = model.services.find((one) => one.name === name);
      const meant = service
        ? [service.container.image]
        : deployed.filter((image) => image === name || parseImage(image).name === name);
      if (meant.length === 0) throw unknownImage(name, model, deployed);
      return meant.map((image) => [image, replaced(image, value)] as const);
    }),
  );
}

function deployedImages(model: Model): string[] {
  const found = new Set<string>(model.imageSources.keys());
  for (const { container } of model.services) found.add(container.image);
  return [...found];
}

/** `:tag` and `@sha256:…` keep the name. */
function replaced(image: string, value: string): string {
  if (!/^[:@]/.test(value)) return value;
  const { tag, digest } = parseImage(`x${value}`);
  return formatImage({ name: parseImage(image).name, tag, digest });
}

function unknownImage(name: string, { services, environment }: Model, deployed: readonly string[]): Error {
  const message = `environment ${environment} has neither a service nor an image "${name}"`;
  const known = [...services.map((service) => service.name), ...deployed];
  return userError("IMAGE_UNKNOWN", `--image ${name}`, message, suggestion(name, known));
}
