/** What a node says of an image. */
export interface ImageStatus {
  readonly digest: string;
  /** Whether a pod can start it: unpacked, or with everything there to unpack it. */
  readonly isUsable: boolean;
}

/** `ctr images check` → name → what it says. */
export function imageStatuses(text: string): Map<string, ImageStatus> {
  const rows = text.split("\n").flatMap((line) => {
    const [, name, digest, rest] = /^(\S+)\s+\S+\s+(sha256:[0-9a-f]{64})\s+(.*)$/.exec(line) ?? [];
    if (name === undefined || digest === undefined || rest === undefined) return [];
    return [[name, { digest, isUsable: rest.startsWith("complete") || /\btrue\s*$/.test(rest) }] as const];
  });
  return new Map(rows);
}

/** `ls -ln` of containerd's content → digest → bytes. */
export function blobSizes(text: string): Map<string, number> {
  const rows = text.split("\n").flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const file = fields.at(-1) ?? "";
    return /^[0-9a-f]{64}$/.test(file) ? [[`sha256:${file}`, Number(fields[4])] as const] : [];
  });
  return new Map(rows);
}

/** The snapshotter that containerd's configuration chooses; null where it chooses none. */
export function snapshotterOf(lines: string): string | null {
  return /^\s*snapshotter\s*=\s*["']([\w-]+)["']/m.exec(lines)?.[1] ?? null;
}

/** `ctr images ls` → name → digest. */
export function imageDigests(text: string): Map<string, string> {
  const rows = text.split("\n").flatMap((line) => {
    const [, name, digest] = /^(\S+)\s+\S+\s+(sha256:[0-9a-f]{64})\s/.exec(line) ?? [];
    return name === undefined || digest === undefined ? [] : [[name, digest] as const];
  });
  return new Map(rows);
}

/** `ctr containers ls` → names of the images that containers were made of. */
export function usedImages(text: string): Set<string> {
  const rows = text.split("\n").slice(1);
  return new Set(rows.map((line) => line.trim().split(/\s+/)[1] ?? "").filter((image) => image !== ""));
}

/** `df -Pk` → how much is free. */
export function freeSpace(text: string): { readonly freeBytes: number; readonly totalBytes: number } | null {
  const fields = text.trim().split("\n").at(-1)?.trim().split(/\s+/) ?? [];
  const [total, free] = [Number(fields[1]), Number(fields[3])];
  return Number.isFinite(total) && Number.isFinite(free) && total > 0
    ? { freeBytes: free * 1024, totalBytes: total * 1024 }
    : null;
}
