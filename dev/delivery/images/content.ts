/** https://github.com/opencontainers/image-spec/blob/v1.1.0/descriptor.md */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  readonly platform?: { readonly os?: string; readonly architecture?: string };
}

/** An image of one platform. */
export interface ImageContent {
  readonly manifest: Descriptor & { readonly body: Buffer };
  /** Its configuration and its layers. */
  readonly blobs: readonly Descriptor[];
}

interface ManifestOrIndex {
  readonly mediaType?: string;
  readonly manifests?: readonly Descriptor[];
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
}

const OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";

/**
 * The image that a manifest or an index means on `architecture`. Of an index, always the one manifest that runs here: the
 * others' contents are mostly not there, and containerd refuses an archive that lacks them. `find` gives a manifest's text.
 */
export async function contentOf(
  root: Omit<ImageContent["manifest"], "size">,
  architecture: string,
  find: (digest: string) => Promise<Buffer | null>,
): Promise<ImageContent> {
  const parsed = JSON.parse(root.body.toString("utf8")) as ManifestOrIndex;
  if (parsed.manifests) {
    const chosen = manifestFor(parsed.manifests, architecture);
    const body = chosen && (await find(chosen.digest));
    if (!chosen || !body) throw new Error(`the image has no content for linux/${architecture}`);
    return contentOf({ ...chosen, body }, architecture, find);
  }
  if (!parsed.config) throw new Error("the image has no configuration");
  const mediaType = parsed.mediaType ?? (root.mediaType === "" ? OCI_MANIFEST : root.mediaType);
  return {
    manifest: { mediaType, digest: root.digest, size: root.body.length, body: root.body },
    blobs: [parsed.config, ...(parsed.layers ?? [])],
  };
}

/** What has a platform of its own first; what describes another manifest (an attestation) calls itself `unknown`. */
function manifestFor(manifests: readonly Descriptor[], architecture: string): Descriptor | undefined {
  const real = manifests.filter(({ platform }) => platform?.architecture !== "unknown");
  return real.find(({ platform }) => platform?.os === "linux" && platform.architecture === architecture) ?? real[0];
}
