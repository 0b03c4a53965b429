import type { Model } from "../model/model.ts";
import type { KubeObject } from "../render/object.ts";
import { objectLine } from "./object-list.ts";
import { shellBlock } from "./markdown.ts";

/** What the steps are made of: the environment, its objects, and the paths of its files. */
export interface Environment {
  readonly model: Model;
  /** `overlays/airgap` */
  readonly folder: string;
  readonly objects: readonly KubeObject[];
  readonly paths: ReadonlySet<string>;
}

/** What must be there before the rest: kinds, then the namespaces in which Secrets can be. */
export function beforeSection({ folder, paths }: Environment): string {
  const hasDefinitions = paths.has(`${folder}/cluster/crds/kustomization.yaml`);
  return shellBlock([
    ...(hasDefinitions
      ? [
          `kubectl apply --server-side -k ${folder}/cluster/crds`,
          "kubectl wait --for=condition=Established crd --all --timeout=1m",
        ]
      : []),
    `kubectl apply -k ${folder}/namespaces`,
  ]);
}

/** Looks, applies, and waits until all of it runs. */
export function applySection(environment: Environment): string[] {
  const { folder, model } = environment;
  const isBuilt = model.profile === "local" && model.services.some(({ build }) => build !== null);
  return [
    ...(isBuilt
      ? [
          "Images that are built here have the tag `dev`: `npm run dev -- --once` builds them and puts them into the node.",
        ]
      : []),
    shellBlock([
      `kubectl diff -k ${folder}   # exit code 0: nothing would change, 1: something, more: an error`,
      `kubectl apply -k ${folder}`,
      ...waitForJobs(environment),
      ...waitForRollouts(environment),
    ]),
  ];
}

function waitForJobs({ folder, objects }: Environment): string[] {
  const jobs = objects.filter(({ kind }) => kind === "Job");
  const waiting = jobs.filter((job) => specOf(job)["suspend"] !== true);
  if (waiting.length === 0) return [];
  const held = jobs.filter((job) => !waiting.includes(job)).map(withoutHash);
  return [
    "# until every job is done",
    ...eachOf(`${folder}/*/objects.txt`, "job.batch/", held, [
      `kubectl wait -n "$namespace" "$object" --for=condition=complete --timeout=30m`,
    ]),
  ];
}

const ROLLED_OUT = ["Deployment", "StatefulSet", "DaemonSet"];

function waitForRollouts({ folder, objects }: Environment): string[] {
  const workloads = objects.filter(({ kind }) => ROLLED_OUT.includes(kind));
  const byHand = workloads.filter(isByHand);
  if (workloads.length === byHand.length) return [];
  return [
    "# until every pod is the new one, and Ready",
    ...eachOf(`${folder}/*/objects.txt`, "(deployment|statefulset|daemonset).apps/", byHand.map(objectLine), [
      `kubectl rollout status -n "$namespace" "$object" --timeout=30m`,
    ]),
    ...(byHand.length === 0
      ? []
      : [`# OnDelete, so you delete the pods yourself: ${byHand.map(objectLine).join("; ")}`]),
  ];
}

/** Goes through lists, and ends with the first failure. */
function eachOf(
  lists: string,
  kind: string,
  besides: readonly string[],
  commands: readonly string[],
): readonly string[] {
  const skip = besides.map((line) => ` -e '^${line}$'`).join("");
  return [
    `cat ${lists} | grep -E ' ${kind.replaceAll(".", String.raw`\.`)}' |${skip === "" ? "" : ` grep -vE${skip} |`}`,
    `  while read -r namespace object; do`,
    `    ${commands.join("\n    ")} || exit 1`,
    `  done`,
  ];
}

/** Kubernetes refuses to tell of these: nothing happens until somebody deletes a pod. */
function isByHand(object: KubeObject): boolean {
  const { updateStrategy } = specOf(object) as { updateStrategy?: { type?: string } };
  return updateStrategy?.type === "OnDelete";
}

/** The page must not change with each version of an image. */
function withoutHash(job: KubeObject): string {
  return objectLine(job).replace(/-[0-9a-f]{8}$/, "-[0-9a-f]{8}");
}

function specOf(object: KubeObject): Record<string, unknown> {
  return (object["spec"] ?? {}) as Record<string, unknown>;
}
