/** Relative POSIX path → text: a whole output before any disk is touched. */
export type FileTree = ReadonlyMap<string, string>;

export type FileChange =
  | { readonly type: "create"; readonly path: string; readonly content: string }
  | { readonly type: "update"; readonly path: string; readonly content: string; readonly before: string }
  | { readonly type: "delete"; readonly path: string; readonly before: string };

/** What turns `current` into `wanted`, ordered by path. */
export function diffTrees(current: FileTree, wanted: FileTree): FileChange[] {
  const paths = [...new Set([...current.keys(), ...wanted.keys()])].toSorted();
  return paths.flatMap((path) => changeOf(path, current.get(path), wanted.get(path)));
}

function changeOf(path: string, before: string | undefined, content: string | undefined): FileChange[] {
  if (before === content) return [];
  if (content === undefined) return before === undefined ? [] : [{ type: "delete", path, before }];
  return [before === undefined ? { type: "create", path, content } : { type: "update", path, content, before }];
}
