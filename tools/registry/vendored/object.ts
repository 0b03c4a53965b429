/** A Kubernetes object as a file holds it: plain data, of which only these fields are known to be there. */
export interface PlainObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/**
 * Where a vendored object goes: definitions first, what belongs to no namespace of the platform's then, the rest like
 * the objects of a service.
 */
export type VendoredHome = "crds" | "cluster" | "own";

/** One object of a vendored file. */
export interface VendoredObject {
  readonly object: PlainObject;
  readonly home: VendoredHome;
  /** The file, as the registry names it. */
  readonly file: string;
  /** `vendor/traefik.yaml:12:1` */
  readonly where: string;
}

/** The objects of each entry of `manifests`, in the order of its files. */
export type Vendored = ReadonlyMap<string, readonly VendoredObject[]>;

/** `Kind namespace/name`: what no two objects of a cluster share. */
export function objectId({ apiVersion, kind, metadata }: PlainObject): string {
  const group = apiVersion.includes("/") ? `${apiVersion.split("/")[0]}/` : "";
  return `${group}${kind} ${metadata.namespace === undefined ? "" : `${metadata.namespace}/`}${metadata.name}`;
}
