import { isObject } from "../lib/merge.ts";
import type { KubeObject } from "../render/object.ts";
import { claimSteps } from "./claims.ts";
import { kubectlOn, objectName } from "./object-name.ts";
import type { Refusal } from "./refusals.ts";
import { type Step, byHand, run } from "./step.ts";
import { listAt, textAt, valueAt } from "./value-at.ts";

/** An object whose change the API refuses, and what is around it. */
export interface Refused {
  readonly before: KubeObject;
  readonly after: KubeObject;
  readonly refusals: readonly Refusal[];
  /** Objects of the side before. */
  readonly objects: readonly KubeObject[];
  /** The folder that holds it: `overlays/airgap/db`. */
  readonly folder: string;
}

// What it means that an object is gone for a moment.
const GONE: Readonly<Record<string, string>> = {
  Service: "until it is applied again its name leads nowhere",
  Job: "when it is applied again it runs again",
  Pod: "it ends",
  RoleBinding: "until it is applied again nobody has these rights",
  ClusterRoleBinding: "until it is applied again nobody has these rights",
  StorageClass: "volumes that exist stay as they are",
  PriorityClass: "pods that exist keep the old value",
  ConfigMap: "until it is applied again no pod that reads it can start",
  Secret: "until it is applied again no pod that reads it can start",
};

/** What a person does instead of the apply that is refused, in order. */
export function remedy(refused: Refused): Step[] {
  const { kind } = refused.after;
  if (kind === "StatefulSet") return statefulSetSteps(refused);
  if (kind === "Deployment" || kind === "DaemonSet" || kind === "ReplicaSet") return workloadSteps(refused);
  if (kind === "PersistentVolumeClaim") return claimAnew(refused);
  if (kind === "CustomResourceDefinition") return definitionSteps(refused);
  if (kind === "PersistentVolume") return [byHand("give the volume another name: this one cannot change")];
  return [run(deletion(refused), GONE[kind] ?? null), apply(refused)];
}

function statefulSetSteps(refused: Refused): Step[] {
  const { before, after, refusals } = refused;
  const touches = (path: string): boolean =>
    refusals.some(({ fields }) => fields.some((field) => field.path.startsWith(path)));
  return [
    touches("spec.selector") ? run(deletion(refused), "its pods end; its claims stay") : orphan(refused),
    apply(refused),
    ...(touches("spec.serviceName") && !touches("spec.selector")
      ? [run(kubectlOn("rollout restart", objectName(after)), "its pods get their new host names")]
      : []),
    ...claimSteps(before, after),
  ];
}

function workloadSteps(refused: Refused): Step[] {
  const labels = valueAt(refused.before, "spec.template.metadata.labels");
  if (selects(valueAt(refused.after, "spec.selector"), labels))
    return [orphan(refused), { ...apply(refused), comment: "takes the old pods over, and replaces them" }];
  return [run(deletion(refused), "its pods end, and nothing serves until the new ones are Ready"), apply(refused)];
}

function claimAnew(refused: Refused): Step[] {
  const { after, objects } = refused;
  const users = objects.filter((object) => mounts(object, after));
  return [
    byHand(`copy the data of persistentvolumeclaim/${after.metadata.name}: it is lost with the claim`),
    ...users.map((user) =>
      run(`${kubectlOn("scale", objectName(user))} --replicas=0`, "a claim in use is not deleted"),
    ),
    run(deletion(refused)),
    run(
      `kubectl apply -k ${refused.folder.split("/").slice(0, 2).join("/")}`,
      "makes it anew, empty, and starts its pods again",
    ),
    byHand("copy the data back"),
  ];
}

function definitionSteps(refused: Refused): Step[] {
  const { kind, plural } = (valueAt(refused.before, "spec.names") ?? {}) as { kind?: string; plural?: string };
  const name = `${plural ?? ""}.${textAt(refused.before, "spec.group") ?? ""}`;
  const kept = `${plural ?? "objects"}.yaml`;
  if (refused.refusals.every(({ fields }) => fields.every(({ path }) => path.startsWith("spec.versions"))))
    return [byHand("keep the stored version, with `served: false`, until no object is stored in it any more")];
  return [
    run(`kubectl get ${name} --all-namespaces -o yaml > ${kept}`, "to make them again"),
    run(deletion(refused), `deletes every ${kind ?? "object"} with it`),
    apply(refused),
    run(`kubectl apply -f ${kept}`, "edit it first where their kind or scope is another one"),
  ];
}

function deletion({ before }: Refused): string {
  return kubectlOn("delete", objectName(before));
}

function orphan(refused: Refused): Step {
  return run(`${deletion(refused)} --cascade=orphan`, "its pods go on running");
}

function apply({ folder }: Refused): Step {
  return run(`kubectl apply -k ${folder}`);
}

function selects(selector: unknown, labels: unknown): boolean {
  const { matchLabels, ...more } = isObject(selector) ? selector : {};
  return (
    isObject(matchLabels) &&
    isObject(labels) &&
    Object.keys(more).length === 0 &&
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value)
  );
}

function mounts(workload: KubeObject, claim: KubeObject): boolean {
  return (
    workload.metadata.namespace === claim.metadata.namespace &&
    listAt(workload, "spec.template.spec.volumes").some(
      (volume) => textAt(volume, "persistentVolumeClaim.claimName") === claim.metadata.name,
    )
  );
}
