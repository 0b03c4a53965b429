import { APPLY_ARGS } from "./cluster/apply.ts";
import type { ImageTarget, Target } from "./core/target.ts";

/**
 * The commands that do by hand what the loop does, in its order, from the root of the repository. They apply the
 * committed overlay: its images have the tag `dev`. Pure.
 */
export function kubectlCommands(target: Target, context: string): string[] {
  const kubectl = `kubectl --context ${context}`;
  const overlay = `overlays/${target.environment}`;
  const apply = `${kubectl} ${APPLY_ARGS.join(" ")}`;
  const workloads = target.services.flatMap(({ name }) =>
    target
      .draw(name, new Map())
      .objects.filter(({ kind }) => ["Deployment", "StatefulSet", "DaemonSet"].includes(kind)),
  );
  return [
    ...target.images.map(buildCommand),
    ...target.images
      .filter(({ isRun }) => isRun)
      .map(({ reference }) => `kind load docker-image ${reference} --name ${context.replace(/^kind-/, "")}`),
    ...target.sharedFolders.map((folder) => `${apply} -k ${overlay}/${folder}`),
    ...target.services.map(({ name }) => `${apply} -k ${overlay}/${name}`),
    ...workloads.map(
      ({ kind, metadata }) =>
        `${kubectl} rollout status ${kind.toLowerCase()}/${metadata.name} -n ${metadata.namespace ?? "default"}`,
    ),
    ...target.services.flatMap(({ namespace, name, forwards }) =>
      forwards.map(
        ({ localPort, containerPort }) =>
          `${kubectl} port-forward -n ${namespace} service/${name} ${localPort}:${containerPort} &`,
      ),
    ),
  ];
}

function buildCommand({ reference, build }: ImageTarget): string {
  const contexts = Object.entries(build.contexts).map(
    ([name, base]) => `--build-context ${name}=docker-image://${base}`,
  );
  const args = Object.entries(build.args).map(([name, value]) => `--build-arg ${quoted(`${name}=${value}`)}`);
  const file = build.dockerfile === "Dockerfile" ? [] : [`--file ${build.context}/${build.dockerfile}`];
  const stage = build.target === null ? [] : [`--target ${build.target}`];
  return ["docker build", `--tag ${reference}`, ...file, ...stage, ...contexts, ...args, build.context].join(" ");
}

function quoted(text: string): string {
  return /^[\w./:=@-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
