import type { Model } from "../model/model.ts";
import type { KubeObject } from "../render/object.ts";
import type { Environment } from "./apply.ts";
import { shellBlock } from "./markdown.ts";
import { objectLine } from "./object-list.ts";

/** What `kubectl apply` never does. */
export function removeSection({ folder }: Environment): string[] {
  return [
    "`kubectl apply` deletes nothing. The first line lists what has this platform's labels and is in no `objects.txt` any more; look at it, and strike what is to stay. Claims and Namespaces are never in it: they are told beside it, and deleted by hand, with their data.",
    shellBlock([
      `sh ${folder}/removed.sh | tee removed.txt`,
      'while read -r namespace object; do kubectl delete -n "$namespace" "$object"; done < removed.txt',
    ]),
  ];
}

const UNDONE = ["Deployment", "StatefulSet", "DaemonSet"];

/** Back to the last commit; what that cannot undo is said by name. */
export function rollBackSection({ folder, model, objects }: Environment): string[] {
  const first = objects.find(({ kind }) => UNDONE.includes(kind));
  const lasting = [...migrations(model), ...claims(objects)];
  return [
    shellBlock(["git revert --no-edit HEAD   # the commit that brought it", `kubectl apply -k ${folder}`]),
    ...(first
      ? [`First aid until then: \`kubectl rollout undo -n ${objectLine(first)}\`; the next apply undoes it.`]
      : []),
    ...(lasting.length === 0 ? [] : [`Neither undoes ${listOf(lasting)}.`]),
  ];
}

function migrations({ services }: Model): string[] {
  const names = services.flatMap(({ name, jobs }) =>
    jobs.filter(({ as }) => as !== "cronJob").map((job) => `\`${name}-${job.name}\``),
  );
  return names.length === 0 ? [] : [`what jobs have done (${names.join(", ")})`];
}

function claims(objects: readonly KubeObject[]): string[] {
  const names = objects.flatMap((object) => {
    const { volumeClaimTemplates = [] } = (object["spec"] ?? {}) as { volumeClaimTemplates?: readonly KubeObject[] };
    return object.kind === "PersistentVolumeClaim"
      ? [`\`${object.metadata.name}\``]
      : volumeClaimTemplates.map(({ metadata }) => `\`${metadata.name}\` of ${object.metadata.name}`);
  });
  return names.length === 0 ? [] : [`what claims hold, nor their size and class (${names.join(", ")})`];
}

function listOf(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** One service, and what to ask when it does not run. */
export function oneServiceSection({ folder, model, paths }: Environment): string[] {
  const [first] = model.services;
  if (!first) return [];
  const before = ["namespaces", ...(paths.has(`${folder}/cluster/kustomization.yaml`) ? ["cluster"] : [])];
  return [
    `It needs ${listOf([...before.map((name) => `\`${name}/\``), ...(model.secrets.length > 0 ? ["its Secrets"] : [])])}, nothing else. One of ${model.services.map(({ name }) => name).join(", ")}:`,
    shellBlock([
      `service=${first.name} namespace=${first.namespace}`,
      `kubectl apply -k ${folder}/$service`,
      "# first aid: what runs, what happened to it, what it says (--previous: what it said before it ended)",
      "kubectl get pods -n $namespace -l app.kubernetes.io/name=$service -o wide",
      "kubectl describe pods -n $namespace -l app.kubernetes.io/name=$service",
      "kubectl logs -n $namespace -l app.kubernetes.io/name=$service --all-containers --prefix --tail=50",
    ]),
  ];
}
