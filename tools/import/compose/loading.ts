import { relative, sep } from "node:path";
import type { Finding } from "../../lib/errors.ts";
import type { Disk } from "./disk.ts";
import type { Entry } from "./entry.ts";
import type { Variable } from "./interpolate.ts";

export interface PlacedVariable extends Variable {
  readonly where: string;
}

/** What loading gathers, file by file. */
export interface Loading {
  readonly root: string;
  readonly disk: Disk;
  readonly findings: Finding[];
  readonly entries: Entry[];
  readonly variables: PlacedVariable[];
  readonly folders: Map<string, string>;
}

/** How a file is named to people: relative to the folder of services.json. */
export function label(path: string, { root }: Pick<Loading, "root">): string {
  return relative(root, path).split(sep).join("/");
}
