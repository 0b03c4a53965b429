import { emitFlow } from "../lib/yaml.ts";
import { isObject } from "../lib/merge.ts";
import type { KubeObject } from "../render/object.ts";
import { type FieldChange, without } from "./fields.ts";
import { listAt, numberAt, textAt, valueAt } from "./value-at.ts";

/** Traffic that a NetworkPolicy begins or ceases to allow, in words. */
export interface EdgeChange {
  readonly type: "added" | "removed";
  /** `from mage-services/core`, `to mage-data/db` */
  readonly peer: string;
  /** `TCP 5432` */
  readonly port: string;
}

type Edge = Omit<EdgeChange, "type">;

/** What changes about the traffic that a policy allows. One that is gone goes on allowing it until somebody deletes it. */
export function edgeChanges(before: KubeObject | null, after: KubeObject | null): EdgeChange[] {
  if (!after) return [];
  const [old, wanted] = [edgesOf(before), edgesOf(after)];
  return [
    ...without(old, wanted).map((edge): EdgeChange => ({ type: "removed", ...edge })),
    ...without(wanted, old).map((edge): EdgeChange => ({ type: "added", ...edge })),
  ];
}

/** Edges of one peer on one line: `+ allows to kube-system/{k8s-app=kube-dns}: UDP 53, TCP 53` */
export function edgeLines(edges: readonly EdgeChange[]): string[] {
  const lines = new Map<string, string[]>();
  for (const { type, peer, port } of edges) {
    const line = `${type === "added" ? "+" : "-"} allows ${peer}`;
    lines.set(line, [...(lines.get(line) ?? []), port]);
  }
  return [...lines].map(([line, ports]) => `${line}: ${ports.join(", ")}`);
}

/** Whether a change of a policy is told by its edges. */
export function isEdgeField({ path }: FieldChange): boolean {
  return /^spec\.(ingress|egress)(\[|$)/.test(path);
}

function edgesOf(policy: KubeObject | null): Edge[] {
  if (policy?.kind !== "NetworkPolicy") return [];
  return [
    ...listAt(policy, "spec.ingress").flatMap((rule) => ruleEdges(rule, "from")),
    ...listAt(policy, "spec.egress").flatMap((rule) => ruleEdges(rule, "to")),
  ];
}

function ruleEdges(rule: unknown, direction: "from" | "to"): Edge[] {
  const peers = listAt(rule, direction).map(peerText);
  const ports = listAt(rule, "ports").map(portText);
  return (peers.length === 0 ? ["anywhere"] : peers).flatMap((peer) =>
    (ports.length === 0 ? ["every port"] : ports).map((port) => ({ peer: `${direction} ${peer}`, port })),
  );
}

/** `mage-data/db`; whatever is not a service of one namespace as its labels. */
function peerText(peer: unknown): string {
  const block = textAt(peer, "ipBlock.cidr");
  if (block !== null) {
    const except = listAt(peer, "ipBlock.except");
    return except.length === 0 ? block : `${block} except ${except.join(", ")}`;
  }
  const [namespaces, pods] = [valueAt(peer, "namespaceSelector"), valueAt(peer, "podSelector")];
  return `${namespaces === undefined ? "" : `${selectorText(namespaces, "kubernetes.io/metadata.name")}/`}${
    pods === undefined ? "*" : selectorText(pods, "app.kubernetes.io/name")
  }`;
}

/** The value where a selector is nothing but the usual label; `*` where it selects everything. */
function selectorText(selector: unknown, usual: string): string {
  const { matchLabels, ...more } = isObject(selector) ? selector : {};
  const labels = isObject(matchLabels) ? Object.entries(matchLabels) : [];
  const [only] = labels;
  if (Object.keys(more).length > 0) return emitFlow(selector);
  if (labels.length === 1 && only?.[0] === usual) return String(only[1]);
  return labels.length === 0 ? "*" : `{${labels.map(([key, value]) => `${key}=${String(value)}`).join(",")}}`;
}

function portText(port: unknown): string {
  const protocol = textAt(port, "protocol") ?? "TCP";
  const last = numberAt(port, "endPort");
  const first = numberAt(port, "port") ?? textAt(port, "port") ?? "every port";
  return `${protocol} ${first}${last === null ? "" : `-${last}`}`;
}
