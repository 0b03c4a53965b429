import { byCodePoint } from "../lib/merge.ts";
import { listed } from "../lib/text.ts";
import type { Model } from "../model/model.ts";
import type { KubeObject } from "../render/object.ts";
import type { Environment } from "./apply.ts";
import { claimsOf } from "./claims.ts";
import { shellBlock } from "./markdown.ts";
import { presenceChecks } from "./presence.ts";

/**
 * What an environment's objects name and do not bring: in words where kubectl cannot see it, and with a command where
 * it can. Not for a laptop, whose cluster is made to fit.
 */
export function prerequisitesSection({ model, objects, folder, paths }: Environment): string[] {
  if (model.profile === "local") return [];
  const items = [
    ...(paths.has(`${folder}/mirror.yaml`) ? [mirrored(folder, model)] : []),
    ...(objects.some(({ kind }) => kind === "NetworkPolicy")
      ? ["a network plugin that enforces network policies"]
      : []),
    ...provisioners(objects),
    ...outsideAddresses(objects),
    ...waysIn(objects, model),
  ];
  const checks = presenceChecks(model, objects);
  return [
    ...(items.length === 0
      ? []
      : ["What has to be there, and is not brought:", items.map((one) => `- ${one}`).join("\n")]),
    ...(checks.length === 0 ? [] : ["Each line fails where something is missing:", shellBlock(checks)]),
  ];
}

function mirrored(folder: string, { registryHost }: Model): string {
  const where =
    registryHost === null
      ? ""
      : ` in \`${registryHost}\`, a name that the nodes resolve, with a certificate that they trust`;
  return `every image of \`${folder}/mirror.yaml\` under its \`target\`${where}`;
}

/** Whether they grant what claims ask for shows only when a pod waits. */
function provisioners(objects: readonly KubeObject[]): string[] {
  const classes = objects.filter(({ kind }) => kind === "StorageClass");
  const modes = new Map<string, readonly string[]>();
  for (const { storageClassName = "", accessModes = [] } of objects.flatMap(claimsOf))
    modes.set(storageClassName, [...(modes.get(storageClassName) ?? []), ...accessModes]);
  return grouped(classes.map(({ provisioner, metadata: { name } }) => [String(provisioner), name])).map(
    ([provisioner, names]) => {
      const asked = [...new Set(names.flatMap((name) => modes.get(name) ?? []))].toSorted(byCodePoint);
      return `volumes from \`${provisioner}\` (${names.join(", ")})${asked.length === 0 ? "" : `: ${asked.join(", ")}`}`;
    },
  );
}

interface Policy {
  readonly egress?: readonly {
    readonly ports?: readonly { readonly port: number }[];
    readonly to?: readonly { readonly ipBlock?: { readonly cidr: string } }[];
  }[];
}

/** Addresses that the registry knows by heart: elsewhere they are others. */
function outsideAddresses(objects: readonly KubeObject[]): string[] {
  const reached = objects.flatMap(({ kind, metadata, spec }) =>
    kind === "NetworkPolicy" ? blocksOf(spec as Policy).map((block): [string, string] => [block, metadata.name]) : [],
  );
  const alike = grouped(grouped(reached).map(([block, names]) => [names.join(", "), block]));
  return alike.map(([names, blocks]) => `outside of the cluster, for ${names}: ${blocks.join(", ")}`);
}

function blocksOf({ egress = [] }: Policy): string[] {
  return egress.flatMap(({ to = [], ports = [] }) => {
    const numbers = [...new Set(ports.map(({ port }) => port))];
    const cidrs = to.flatMap(({ ipBlock }) => ipBlock?.cidr ?? []).filter((cidr) => !cidr.endsWith("/0"));
    return cidrs.map((cidr) => {
      const address = `\`${cidr.replace(/\/(32|128)$/, "")}\``;
      return numbers.length === 0 ? address : `${address} (port ${numbers.join(", ")})`;
    });
  });
}

/** Names of the routes, and where they must lead: to nodes, where the ingress controller is one of ours. */
function waysIn(objects: readonly KubeObject[], { services, ingress }: Model): string[] {
  const hosts = [...new Set(services.flatMap(({ routes }) => routes.map(({ host }) => host)))].toSorted(byCodePoint);
  if (hosts.length === 0) return [];
  const ports = objects
    .filter(({ kind, metadata: { namespace } }) => kind === "Service" && namespace === ingress?.namespace)
    .flatMap(({ spec }) => (spec as { readonly ports?: readonly ServicePort[] }).ports ?? [])
    .flatMap(({ port, nodePort }) => (nodePort === undefined ? [] : [`${port} to ${nodePort}`]));
  const leads = ports.length === 0 ? "the ingress controller" : `the nodes (port ${ports.join(", ")})`;
  return [`names that lead to ${leads}: ${listed(hosts.map((host) => `\`${host}\``))}`];
}

interface ServicePort {
  readonly port: number;
  readonly nodePort?: number;
}

/** Sorted, each with its sorted members. */
function grouped(pairs: readonly (readonly [string, string])[]): [string, string[]][] {
  const groups = new Map<string, Set<string>>();
  for (const [key, member] of pairs) groups.set(key, (groups.get(key) ?? new Set()).add(member));
  return [...groups]
    .toSorted(([a], [b]) => byCodePoint(a, b))
    .map(([key, members]) => [key, [...members].toSorted(byCodePoint)]);
}
