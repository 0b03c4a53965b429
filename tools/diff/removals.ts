import { byCodePoint } from "../lib/merge.ts";
import type { KubeObject } from "../render/object.ts";
import { claimNames, listOf } from "./claims.ts";
import { kubectlName, kubectlOn, objectName } from "./object-name.ts";
import { type Step, run } from "./step.ts";
import { valueAt } from "./value-at.ts";

// Whoever deletes one of these deletes more than the object.
const LOSSES: Readonly<Record<string, string>> = {
  PersistentVolumeClaim: "its data is lost, unless the volume is retained",
  CustomResourceDefinition: "deletes every object of its kind",
  Namespace: "deletes everything in it, also what Slipway did not make, and the data of its claims",
};

/**
 * The commands that remove what an apply leaves behind, by namespace; `left` in the order in which it was applied. What
 * came first goes last, so that no policy is gone before the pods that it guards. What holds data is a command of its
 * own at the end: nobody should paste it unread.
 */
export function removalSteps(left: readonly KubeObject[]): Step[] {
  const gone = left.toReversed();
  const plain = gone.filter(({ kind }) => LOSSES[kind] === undefined);
  const namespaces = [...new Set(plain.map(({ metadata }) => metadata.namespace ?? ""))].toSorted(byCodePoint);
  return [
    ...namespaces.map((namespace) => deletion(plain, namespace)),
    ...gone.filter(({ kind }) => kind === "StatefulSet").flatMap(claimSteps),
    ...Object.entries(LOSSES).flatMap(([kind, loss]) =>
      gone.filter((object) => object.kind === kind).map((object) => run(kubectlOn("delete", objectName(object)), loss)),
    ),
  ];
}

function deletion(objects: readonly KubeObject[], namespace: string): Step {
  const names = objects
    .filter(({ metadata }) => (metadata.namespace ?? "") === namespace)
    .map((object) => kubectlName(objectName(object)));
  const lost = objects.filter((object) => (object.metadata.namespace ?? "") === namespace && deletesClaims(object));
  const comment = lost.length === 0 ? null : `deletes ${listOf(lost.flatMap(claimNames))} and their data as well`;
  return run(`kubectl delete${namespace === "" ? "" : ` -n ${namespace}`} ${names.join(" ")}`, comment);
}

/** The claims of a StatefulSet outlive it, unless it says otherwise. */
function claimSteps(statefulSet: KubeObject): Step[] {
  const claims = claimNames(statefulSet);
  if (claims.length === 0 || deletesClaims(statefulSet)) return [];
  const names = claims.map((claim) => `persistentvolumeclaim/${claim}`).join(" ");
  const command = `kubectl delete -n ${statefulSet.metadata.namespace ?? "default"} ${names}`;
  return [run(command, `the data of ${kubectlName(objectName(statefulSet))}, which stays until then`)];
}

function deletesClaims(object: KubeObject): boolean {
  return (
    object.kind === "StatefulSet" &&
    valueAt(object, "spec.persistentVolumeClaimRetentionPolicy.whenDeleted") === "Delete"
  );
}
