/** What was copied for each service since its image was built: later containers of the same image lack it. */
export interface Memories {
  /** From now on these paths belong to what a service's containers of an image should have. */
  add(service: string, tag: string | null, paths: readonly string[]): void;
  forget(service: string): void;
  /** Paths that a container of a service which runs this image should have. */
  of(service: string, image: string): readonly string[];
}

export function newMemories(): Memories {
  const byService = new Map<string, { readonly tag: string | null; readonly paths: Set<string> }>();
  return {
    add(service, tag, paths) {
      const known = byService.get(service);
      const memory = known?.tag === tag ? known : { tag, paths: new Set<string>() };
      for (const path of paths) memory.paths.add(path);
      byService.set(service, memory);
    },
    forget: (service) => void byService.delete(service),
    of(service, image) {
      const memory = byService.get(service);
      return memory && (memory.tag === null || memory.tag === image) ? [...memory.paths] : [];
    },
  };
}
