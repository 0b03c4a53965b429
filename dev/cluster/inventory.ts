import { shortHash } from "../../tools/lib/hash.ts";
import { byCodePoint, sortKeys } from "../../tools/lib/merge.ts";
import type { KubeObject } from "../../tools/render/object.ts";

/** An object as the API tells it from all others; the namespace is null for what belongs to the whole cluster. */
export interface ObjectKey {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | null;
  readonly name: string;
}

/** An object that the loop has made, or is about to make. */
export interface Owned extends ObjectKey {
  /** Of the object as it was last applied; null: nobody knows what of it the cluster has. */
  readonly hash: string | null;
  /** Of what the API made of it: see `observedOf`. */
  readonly observed: string | null;
}

/** Whose objects an inventory lists. A null service: those that no single service owns. */
export interface Owner {
  readonly platform: string;
  readonly environment: string;
  readonly service: string | null;
}

// Not `app.kubernetes.io/managed-by`: an inventory is no object of any overlay, and removed.sh would list it as left over.
const PLATFORM = "slipway.dev/inventory";
const ENVIRONMENT = "slipway.dev/environment";
const SERVICE = "slipway.dev/service";

export function keyOf({ apiVersion, kind, metadata }: KubeObject): ObjectKey {
  return { apiVersion, kind, namespace: metadata.namespace ?? null, name: metadata.name };
}

/** The same for every version of an API. */
export function idOf({ apiVersion, kind, namespace, name }: ObjectKey): string {
  return `${kindId({ apiVersion, kind })} ${namespace ?? "-"}/${name}`;
}

export function kindId({ apiVersion, kind }: Pick<ObjectKey, "apiVersion" | "kind">): string {
  return `${apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "core"} ${kind}`;
}

/** `Deployment/web in shop` */
export function titleOf({ kind, namespace, name }: ObjectKey): string {
  return `${kind}/${name}${namespace === null ? "" : ` in ${namespace}`}`;
}

/** Of all that an object says, whatever the order of its keys. */
export function hashOf(object: KubeObject): string {
  return shortHash(JSON.stringify(sortKeys(object)));
}

/** A line each: hash, observed, apiVersion, kind, namespace, name; `-` for what there is none of. */
export function encodeInventory(entries: Iterable<Owned>): string {
  return [...entries]
    .toSorted((a, b) => byCodePoint(idOf(a), idOf(b)))
    .map(({ hash, observed, apiVersion, kind, namespace, name }) =>
      [hash ?? "-", observed ?? "-", apiVersion, kind, namespace ?? "-", name].join(" "),
    )
    .join("\n");
}

/** What is no such line is skipped: somebody may have edited it. */
export function decodeInventory(text: string): Owned[] {
  return text.split("\n").flatMap((line) => {
    const [hash, observed, apiVersion, kind, namespace, ...name] = line.split(" ");
    if (!hash || !observed || !apiVersion || !kind || !namespace || name.join(" ") === "") return [];
    const given = (word: string): string | null => (word === "-" ? null : word);
    return [
      {
        apiVersion,
        kind,
        namespace: given(namespace),
        name: name.join(" "),
        hash: given(hash),
        observed: given(observed),
      },
    ];
  });
}

/** What selects the inventories of one environment of a platform. */
export function inventorySelector({ platform, environment }: Omit<Owner, "service">): string {
  return `${PLATFORM}=${platform},${ENVIRONMENT}=${environment}`;
}

export function inventoryName({ platform, environment, service }: Owner): string {
  return ["slipway-inventory", platform, environment, ...(service === null ? [] : [service])].join(".");
}

/** The ConfigMap that holds an inventory. */
export function inventoryObject(owner: Owner, namespace: string, text: string): KubeObject {
  const { platform, environment, service } = owner;
  const labels = { [PLATFORM]: platform, [ENVIRONMENT]: environment, ...(service !== null && { [SERVICE]: service }) };
  const annotations = { "slipway.dev/description": "What npm run dev has made here, so that it can be removed again." };
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: inventoryName(owner), namespace, labels, annotations },
    data: { objects: text },
  };
}

/** The service whose inventory a ConfigMap with these labels is. */
export function inventoryService(labels: Readonly<Record<string, string>> | undefined): string | null {
  return labels?.[SERVICE] ?? null;
}
