import { isObject } from "../lib/merge.ts";
import { hostOf, parseImage } from "../model/image.ts";
import type { Model } from "../model/model.ts";
import { type KubeObject, podTemplate } from "../render/object.ts";
import type { Difference, Seen } from "./difference.ts";

/** A row of the comparison: which differences are its, and how one is told in a few words. */
export interface Category {
  readonly title: string;
  readonly takes: (difference: Difference) => boolean;
  /** Of one environment, in words of which equal ones are told once. */
  readonly say: (seen: Seen, difference: Difference, model: Model) => string | readonly string[];
}

/** Tried in this order: each difference is told once, by the first that takes it. */
export const CATEGORIES: readonly Category[] = [
  {
    title: "namespace",
    takes: ({ kind, path }) => path.join(".") === "metadata.namespace" || kind === "Namespace",
    say: ({ object }) => (object ? (object.metadata.namespace ?? object.metadata.name) : "none"),
  },
  {
    title: "replicas",
    takes: ({ path }) => path.join(".") === "spec.replicas",
    say: saysValue("as many as the autoscaler says"),
  },
  {
    title: "autoscaling",
    takes: ofKind("HorizontalPodAutoscaler"),
    say: ({ object }) => (object ? pods(object) : "none"),
  },
  { title: "disruption budget", takes: ofKind("PodDisruptionBudget"), say: ({ object }) => (object ? "yes" : "none") },
  { title: "resources", takes: below("resources", isPod), say: ({ value }, { path }) => resource(value, path) },
  {
    title: "images",
    takes: ({ path, ...rest }) => path.at(-1) === "image" && isPod(rest),
    say: ({ value }) => (typeof value === "string" ? origin(value) : "none"),
  },
  {
    title: "storage class",
    takes: ({ path }) => path.at(-1) === "storageClassName",
    say: saysValue("the cluster's default"),
  },
  { title: "size of volumes", takes: isSize, say: saysValue("none") },
  {
    title: "routes",
    takes: ofKind("Ingress", "IngressRoute", "HTTPRoute", "Middleware", "Certificate"),
    say: ({ object }) => (object ? route(object) : []),
  },
  {
    title: "who is let in or out (NetworkPolicy)",
    takes: ofKind("NetworkPolicy"),
    say: ({ value }) => [...namespacesIn(value)],
  },
  {
    title: "Secrets made by External Secrets",
    takes: ofKind("ExternalSecret"),
    say: ({ object }) => (object ? "yes" : "no"),
  },
  {
    title: "quota and limits of a namespace",
    takes: ofKind("ResourceQuota", "LimitRange"),
    say: ({ object }) => (object ? "its own" : "none"),
  },
  { title: "variables", takes: isVariable, say: variable },
  { title: "files and settings (ConfigMap)", takes: isConfig, say: setting },
];

/** What no other row takes is counted and named. */
export const REST: Category = {
  title: "other fields",
  takes: () => true,
  say: (_, { kind, path }) => (path.length === 0 ? kind : `${kind} \`${path.slice(-2).join(".")}\``),
};

function ofKind(...kinds: readonly string[]): Category["takes"] {
  return ({ kind }) => kinds.includes(kind);
}

function isPod({ here, there }: Pick<Difference, "here" | "there">): boolean {
  const object = here.object ?? there.object;
  return object !== undefined && podTemplate(object) !== null;
}

function below(name: string, where: (difference: Difference) => boolean): Category["takes"] {
  return (difference) =>
    difference.path.includes(name) && !difference.path.includes("volumeClaimTemplates") && where(difference);
}

function saysValue(absent: string): Category["say"] {
  return ({ value, object }) =>
    object === undefined ? "not there" : value === undefined ? absent : JSON.stringify(value).replaceAll('"', "");
}

function isSize({ path }: Difference): boolean {
  return path.at(-1) === "storage" || path.at(-1) === "sizeLimit";
}

function isVariable({ path }: Difference): boolean {
  return path.some((name) => name === "env" || name === "envFrom");
}

function isConfig({ kind, path }: Difference): boolean {
  return kind === "ConfigMap" || path.at(-1) === "checksum/config";
}

/** Names alone: a value may be long, and may be one that changes with each version. */
function variable({ value }: Seen, { path }: Difference): string {
  const at = path.findIndex((name) => name === "env" || name === "envFrom") + 1;
  return `\`${path[at] ?? "env"}\`${at >= path.length - 1 && value === undefined ? " not set" : ""}`;
}

function setting({ value }: Seen, { path }: Difference): string | readonly string[] {
  if (path.at(-1) === "checksum/config") return [];
  return `\`${path.at(-1) ?? "ConfigMap"}\`${value === undefined ? " not set" : ""}`;
}

/** `cpu 50m` of a request, `cpu limit 1`; all of them where one environment has none at all. */
function resource(value: unknown, path: readonly string[]): string {
  const [section = "", name = ""] = path.slice(path.lastIndexOf("resources") + 1);
  const words = [...(name === "" ? [] : [name]), ...(section === "limits" ? ["limit"] : [])].join(" ");
  if (typeof value === "string") return `${words} ${value}`;
  if (!isObject(value)) return `no ${words === "" ? "request" : words}`;
  return Object.entries(value)
    .map(([key, inner]) =>
      resource(inner, name === "" && section === "" ? ["resources", key] : ["resources", section, key]),
    )
    .join(", ");
}

/** Where an image comes from, without its version: that changes too often to be read. */
function origin(reference: string): string {
  const { tag, digest } = parseImage(reference);
  if (tag === "dev" && digest === null) return "built here, tag `dev`";
  return `${hostOf(reference)}, by ${digest === null ? "tag" : "digest"}`;
}

function pods(object: KubeObject): string {
  const { minReplicas, maxReplicas } = object["spec"] as { minReplicas?: number; maxReplicas?: number };
  return `${minReplicas ?? 1} to ${maxReplicas ?? "?"}`;
}

/** Host, TLS and controller; nothing of what only helps a route. */
function route(object: KubeObject): string | readonly string[] {
  const spec = (object["spec"] ?? {}) as {
    rules?: readonly { host?: string }[];
    hostnames?: readonly string[];
    routes?: readonly { match: string }[];
    tls?: unknown;
    ingressClassName?: string;
  };
  const matched = (spec.routes ?? []).flatMap(({ match }) => [...match.matchAll(/Host\(`([^`]+)`\)/g)]);
  const hosts = [
    ...(spec.rules ?? []).flatMap(({ host }) => host ?? []),
    ...(spec.hostnames ?? []),
    ...matched.map(([, host = ""]) => host),
  ];
  if (hosts.length === 0) return [];
  const words = [...new Set(hosts)].join(", ");
  if (object.kind === "HTTPRoute") return `${words} (HTTPRoute)`;
  const by = object.kind === "Ingress" ? (spec.ingressClassName ?? "default") : object.kind;
  return `${words}, ${spec.tls === undefined ? "no TLS" : "TLS"}, ${by}`;
}

/** Namespaces that a policy names. */
function namespacesIn(value: unknown): Set<string> {
  if (Array.isArray(value)) return new Set(value.flatMap((inner: unknown) => [...namespacesIn(inner)]));
  if (!isObject(value)) return new Set();
  const own = value["kubernetes.io/metadata.name"];
  const inner = Object.values(value).flatMap((one) => [...namespacesIn(one)]);
  return new Set([...(typeof own === "string" ? [own] : []), ...inner]);
}
