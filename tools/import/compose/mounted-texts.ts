import { mountsOf } from "./mounts.ts";
import type { ComposeNode } from "./node.ts";
import { type Project, placeOf } from "./project.ts";

/** A text that a service reads, and where the files say so. */
export interface Text {
  readonly name: string;
  readonly text: string;
  readonly node: ComposeNode;
}

/** Settings that are mounted: a proxy names its upstreams there. */
export function mountedTexts(service: ComposeNode, project: Project): readonly Text[] {
  return mountsOf(service)
    .filter(({ type }) => type === "bind")
    .flatMap(({ node, source }) => {
      const { absolute, relative } = placeOf(project, node, source);
      const found = relative === null ? null : project.disk(absolute);
      const names = found?.kind === "folder" ? (found.files ?? []).map((name) => `${absolute}/${name}`) : [absolute];
      return names.flatMap((path): Text[] => {
        const one = relative === null ? null : project.disk(path);
        return one?.kind === "file" && one.text !== null ? [{ name: "", text: one.text, node }] : [];
      });
    });
}
