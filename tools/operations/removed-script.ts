import type { KubeObject } from "../render/object.ts";

/** Every kind that can be drawn, as `kubectl get` takes it: one that is drawn no more is still looked for. */
export const KINDS = [
  "certificate.cert-manager.io",
  "clusterrole.rbac.authorization.k8s.io",
  "clusterrolebinding.rbac.authorization.k8s.io",
  "configmap",
  "cronjob.batch",
  "daemonset.apps",
  "deployment.apps",
  "endpointslice.discovery.k8s.io",
  "externalsecret.external-secrets.io",
  "horizontalpodautoscaler.autoscaling",
  "httproute.gateway.networking.k8s.io",
  "ingress.networking.k8s.io",
  "ingressroute.traefik.io",
  "job.batch",
  "limitrange",
  "middleware.traefik.io",
  "namespace",
  "networkpolicy.networking.k8s.io",
  "persistentvolumeclaim",
  "poddisruptionbudget.policy",
  "priorityclass.scheduling.k8s.io",
  "resourcequota",
  "role.rbac.authorization.k8s.io",
  "rolebinding.rbac.authorization.k8s.io",
  "service",
  "serviceaccount",
  "servicemonitor.monitoring.coreos.com",
  "statefulset.apps",
  "storageclass.storage.k8s.io",
] as const;

const PREVIEW = "slipway.dev/environment";

/** What selects the objects of one environment: the labels that all of ours share. Vendored ones carry none of ours. */
export function selector(platform: string, objects: readonly KubeObject[]): string {
  const own = objects.filter(({ metadata }) => metadata.labels?.["app.kubernetes.io/managed-by"] === "slipway");
  const [first, ...others] = own.map(({ metadata }) => metadata.labels ?? {});
  const shared = Object.entries(first ?? {}).filter(
    ([key, value]) =>
      (key === PREVIEW || key.startsWith("parameters.slipway.dev/")) && others.every((labels) => labels[key] === value),
  );
  const isPreview = shared.some(([key]) => key === PREVIEW);
  return [
    "app.kubernetes.io/managed-by=slipway",
    `app.kubernetes.io/part-of=${platform}`,
    ...shared.map(([key, value]) => `${key}=${value}`),
    ...(isPreview ? [] : [`!${PREVIEW}`]),
  ].join(",");
}

/**
 * `removed.sh`: `kubectl apply` never deletes, so something must say what an environment no longer has and the cluster
 * still has. POSIX shell, awk and kubectl; it reads, and changes nothing.
 */
export function removedScript(folder: string, labels: string): string {
  return `# What the cluster still has of this environment and no objects.txt beside this file names any more, a line each:
# \`namespace kind.group/name\`, \`-\` for the cluster as a whole. It only reads. Arguments go to kubectl:
#   sh ${folder}/removed.sh --context NAME
# Left out: what a controller made of an object of ours (it has an owner), and what is of another environment in this
# repository. Told on standard error, never listed: claims, Namespaces, and what lies in namespaces that are not ours.
set -eu
here=$(dirname "$0")
labels='${labels}'
kinds='${KINDS.join("\n")}'
resource='function resource(kind, version) {
  return tolower(kind) (version ~ /\\// ? "." substr(version, 1, index(version, "/") - 1) : "")
}'
columns=NAMESPACE:.metadata.namespace,VERSION:.apiVersion,KIND:.kind,NAME:.metadata.name,OWNER:.metadata.ownerReferences[*].kind

served=$(kubectl "$@" api-resources --verbs=delete --no-headers)
known=$(printf '%s\\n' "$served" | awk "$resource"'{ print resource($NF, $(NF - 2)) }' | grep -xF "$kinds" | sort -u | tr '\\n' ,)
live=$(kubectl "$@" get "\${known%,}" --all-namespaces -l "$labels" --no-headers -o custom-columns="$columns")
printf '%s\\n' "$live" | awk "$resource"'
  from == "all" { all[$0]; next }
  from == "own" { own[$0]; ours[$1]; if ($2 ~ /^namespace\\//) ours[substr($2, 11)]; next }
  NF < 5 || $5 != "<none>" { next }
  {
    namespace = $1 == "<none>" ? "-" : $1
    line = namespace " " resource($3, $2) "/" $4
    if (line in own) next
    if ($3 == "Namespace" || !(namespace in ours || namespace == "-")) { if (line in all) next; kept = 1 }
    else if (namespace == "-" && line in all) next
    else kept = $3 == "PersistentVolumeClaim"
    if (kept) print "kept: " line | "cat 1>&2"
    else print line | "sort"
  }' from=all "$here"/../*/*/objects.txt from=own "$here"/*/objects.txt from= -
`;
}
