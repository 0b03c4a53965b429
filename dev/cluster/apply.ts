import type { Kubectl } from "../../tools/cluster/kubectl.ts";
import { UserError, type Finding } from "../../tools/lib/errors.ts";
import type { KubeObject } from "../../tools/render/object.ts";

export const FIELD_MANAGER = "slipway";

export const APPLY_ARGS: readonly string[] = [
  "apply",
  "--server-side",
  "--force-conflicts",
  `--field-manager=${FIELD_MANAGER}`,
];

/**
 * Server-side apply: namespaces, then definitions, then the rest once the API serves what they define. Throws a
 * `UserError` with a finding for each thing that the API refuses.
 */
export async function applyObjects(
  kubectl: Kubectl,
  objects: readonly KubeObject[],
  signal: AbortSignal,
): Promise<void> {
  const { first, definitions, rest } = stages(objects);
  await applyStage(kubectl, first, signal);
  await applyStage(kubectl, definitions, signal);
  await established(kubectl, definitions, signal);
  await applyStage(kubectl, rest, signal);
}

/** Without definitions everything goes at once, namespaces first. */
export function stages(
  objects: readonly KubeObject[],
): Readonly<Record<"first" | "definitions" | "rest", KubeObject[]>> {
  const ofKind = (kind: string): KubeObject[] => objects.filter((object) => object.kind === kind);
  const [namespaces, definitions] = [ofKind("Namespace"), ofKind("CustomResourceDefinition")];
  const others = objects.filter((object) => !namespaces.includes(object) && !definitions.includes(object));
  return definitions.length === 0
    ? { first: [], definitions, rest: [...namespaces, ...others] }
    : { first: namespaces, definitions, rest: others };
}

async function applyStage(kubectl: Kubectl, items: readonly KubeObject[], signal: AbortSignal): Promise<void> {
  if (items.length === 0 || signal.aborted) return;
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  const result = await kubectl.run([...APPLY_ARGS, "--filename", "-"], { input, signal });
  if (result.exitCode !== 0 && !signal.aborted) throw new UserError(applyFindings(result.stderr));
}

/** kubectl looks every kind up before it applies anything: one that the API does not serve yet would be refused. */
async function established(kubectl: Kubectl, definitions: readonly KubeObject[], signal: AbortSignal): Promise<void> {
  if (definitions.length === 0 || signal.aborted) return;
  const names = definitions.map(({ metadata }) => `customresourcedefinition/${metadata.name}`);
  const result = await kubectl.run(["wait", "--for=condition=Established", "--timeout=60s", ...names], { signal });
  if (result.exitCode !== 0 && !signal.aborted) throw new UserError(applyFindings(result.stderr));
}

/** kubectl's complaints, one finding each. */
export function applyFindings(stderr: string): Finding[] {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("Warning:"));
  const complaints = lines.filter((line) => /^(Error|error|The )/.test(line));
  return (complaints.length > 0 ? complaints : lines.slice(-1)).map(applyFinding);
}

function applyFinding(line: string): Finding {
  const message = line.replace(/^(Error from server|error|Error)(?: \((\w+)\))?: (error when \w+ "[^"]*": )?/, "");
  const [, kind = "", name = ""] = /([A-Z]\w+)(?:\.\S+)? "([^"]+)"/.exec(line) ?? [];
  const where = name === "" ? "kubectl apply" : `${kind}/${name}`;
  const known = complaints.find(({ pattern }) => pattern.test(line));
  return {
    code: known?.code ?? "APPLY_REFUSED",
    severity: "error",
    where,
    message,
    fix: known?.fix(kind, name) ?? "correct the service in services.json",
  };
}

interface Complaint {
  readonly pattern: RegExp;
  readonly code: string;
  fix(kind: string, name: string): string;
}

const complaints: readonly Complaint[] = [
  {
    pattern: /is immutable|updates to statefulset spec for fields other than/,
    code: "APPLY_IMMUTABLE",
    fix: (kind, name) =>
      kind === "PersistentVolumeClaim"
        ? `a claim keeps its class and modes: write the old ones back, or give it up with its data: kubectl delete pvc ${name}`
        : `this field cannot be changed in place: kubectl delete ${kind.toLowerCase()} ${name} --cascade=orphan, then save again (claims keep their size and their data)`,
  },
  {
    pattern: /connection refused|i\/o timeout|no such host|EOF$/,
    code: "CLUSTER_UNREACHABLE",
    fix: () => "start the cluster; then save again",
  },
  {
    pattern: /no matches for kind/,
    code: "APPLY_KIND_UNKNOWN",
    fix: () => "install what brings this kind into the cluster (its CRD), then save again",
  },
  {
    pattern: /exceeded quota/,
    code: "APPLY_QUOTA",
    fix: () => "lower requests in services.json, or raise the namespace's resourceQuota",
  },
  {
    pattern: /Forbidden|forbidden/,
    code: "APPLY_FORBIDDEN",
    fix: () => "use a context whose user may change these objects",
  },
  {
    pattern: /namespaces? "[^"]+" not found/,
    code: "APPLY_NAMESPACE_MISSING",
    fix: () => "it was deleted, or is not declared: check namespaces in services.json, then start the loop again",
  },
];
