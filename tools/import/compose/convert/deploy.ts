import type { JsonObject } from "../../../lib/merge.ts";
import { type Entry, type Part, carried, lost, partly } from "../entry.ts";
import { type ComposeNode, at, itemsOf, numberOf, pairsOf, textOf } from "../node.ts";
import type { Context } from "../project.ts";
import { part, together } from "./part.ts";

/** How many pods there are, where, and how they are replaced; what kind of workload makes them. */
export function deploy(context: Context): Part {
  const { node } = context;
  return together([
    kind(context),
    restart(context),
    replicas(at(node, "scale")),
    replicas(at(node, "deploy", "replicas")),
    endpointMode(at(node, "deploy", "endpoint_mode")),
    update(node),
    ...itemsOf(at(node, "deploy", "placement", "constraints")).map(constraint),
    preferences(itemsOf(at(node, "deploy", "placement", "preferences"))),
    annotations(at(node, "deploy", "labels"), "annotations"),
  ]);
}

function kind({ node, key, project }: Context): Part {
  const mode = at(node, "deploy", "mode");
  const text = textOf(mode);
  const entries = mode
    ? [
        text === "global-job"
          ? carried(mode, "kind", partly(mode, "a Job does not run on each node", "write a DaemonSet, or parallelism"))
          : carried(mode, "kind"),
      ]
    : [];
  if (text === "global") return part({ kind: "DaemonSet" }, entries);
  if (text === "replicated-job" || text === "global-job" || project.finite.has(key))
    return part({ kind: "Job" }, entries);
  return part({}, entries);
}

/** Kubernetes starts a pod of a workload again whatever happened; only a Job ends. */
function restart({ node, key, project, name }: Context): Part {
  const isJob = project.finite.has(key);
  const found = [at(node, "restart"), at(node, "deploy", "restart_policy", "condition")].filter(
    (one) => one !== undefined,
  );
  return part(
    {},
    found.map((one): Entry => {
      const text = textOf(one) ?? "";
      if (/^(always|unless-stopped|any)$/.test(text) && !isJob) return carried(one, "a pod is always started again");
      if (isJob) return carried(one, "kind");
      const fix = `where it ends, write "kind": "Job" in services.${name}`;
      return carried(one, "kind", partly(one, "a pod is started again whenever it ends", fix));
    }),
  );
}

function replicas(node: ComposeNode | undefined): Part {
  const count = numberOf(node);
  if (!node) return part({}, []);
  if (count === null || count < 0 || !Number.isInteger(count))
    return part({}, [lost(node, "it is no number", "write replicas")]);
  return part({ replicas: count }, [carried(node, "replicas")]);
}

function endpointMode(node: ComposeNode | undefined): Part {
  if (!node) return part({}, []);
  return part(textOf(node) === "dnsrr" ? { service: { headless: true } } : {}, [carried(node, "service.headless")]);
}

/** stop-first (the default) makes room for as many pods as it replaces; start-first adds them before. */
function update(node: ComposeNode): Part {
  const parallelism = at(node, "deploy", "update_config", "parallelism");
  const order = at(node, "deploy", "update_config", "order");
  if (!parallelism && !order) return part({}, []);
  const written = numberOf(parallelism) ?? 1;
  const count = written === 0 ? "100%" : written;
  const rollingUpdate =
    textOf(order) === "start-first" ? { maxSurge: count, maxUnavailable: 0 } : { maxSurge: 0, maxUnavailable: count };
  const entries = [parallelism, order].flatMap((one) => (one ? [carried(one, "strategy.rollingUpdate")] : []));
  return part({ strategy: { type: "RollingUpdate", rollingUpdate } }, entries);
}

/** `node.labels.zone == a` */
function constraint(node: ComposeNode): Part {
  const [, subject = "", operator = "", value = ""] =
    /^\s*([\w.-]+)\s*(==|!=)\s*(.*?)\s*$/.exec(textOf(node) ?? "") ?? [];
  const label = nodeLabel(subject, value);
  if (label === null)
    return part({}, [
      lost(node, "Kubernetes knows nodes by their labels", "write nodeSelector or affinity.nodeAffinity"),
    ]);
  const [key, wanted] = label;
  if (operator === "==") return part({ nodeSelector: { [key]: wanted } }, [carried(node, "nodeSelector")]);
  return part({}, [
    lost(node, "a nodeSelector cannot say what a label must not be", "write affinity.nodeAffinity with NotIn"),
  ]);
}

function nodeLabel(subject: string, value: string): readonly [string, string] | null {
  if (subject.startsWith("node.labels.")) return [subject.slice("node.labels.".length), value];
  if (subject === "node.hostname") return ["kubernetes.io/hostname", value];
  if (subject === "node.platform.os") return ["kubernetes.io/os", value];
  if (subject === "node.platform.arch") return ["kubernetes.io/arch", value === "x86_64" ? "amd64" : value];
  return null;
}

function preferences(items: readonly ComposeNode[]): Part {
  const constraints: JsonObject[] = [];
  const entries = items.flatMap((item): readonly Entry[] => {
    const spread = at(item, "spread");
    const label = nodeLabel(textOf(spread) ?? "", "");
    if (!spread || label === null)
      return [lost(item, "Kubernetes spreads by labels of nodes", "write topologySpreadConstraints")];
    constraints.push({ maxSkew: 1, topologyKey: label[0], whenUnsatisfiable: "ScheduleAnyway" });
    return [carried(spread, "topologySpreadConstraints")];
  });
  return part(constraints.length === 0 ? {} : { topologySpreadConstraints: constraints }, entries);
}

const ANNOTATION = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?$/;

/** Docker's labels hold any text, as Kubernetes' annotations do; its labels do not. */
export function annotations(node: ComposeNode | undefined, field: "annotations" | "podAnnotations"): Part {
  const pairs = pairsOf(node);
  const right = pairs.filter(({ name, value }) => ANNOTATION.test(name) && !(value ?? "").includes("\ufdd0"));
  const entries = pairs.map(({ name, node: item }): Entry => {
    if (!right.some((one) => one.name === name))
      return lost(item, "Kubernetes allows no annotation of this name, or it holds a secret", `write ${field}`);
    const told = /^traefik\.|^caddy|^nginx|^com\.centurylinklabs|^diun\./.test(name)
      ? partly(item, "the program that reads it asks Docker, not Kubernetes", "for a way in from outside write routes")
      : null;
    return carried(item, field, told);
  });
  const texts = Object.fromEntries(right.map(({ name, value }) => [name, value ?? ""]));
  return part(right.length === 0 ? {} : { [field]: texts }, entries);
}
