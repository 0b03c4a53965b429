import { type ComposeNode, at, flagOf, isMapping, itemsOf, textOf } from "./node.ts";

/** One item of `volumes`, whichever form it was written in. */
export interface Mount {
  readonly node: ComposeNode;
  readonly type: "volume" | "bind" | "tmpfs" | "anonymous" | "other";
  /** Name of the volume, or path of this machine. */
  readonly source: string;
  readonly target: string;
  readonly isReadOnly: boolean;
  /** Of the short form, besides `ro` and `rw`: they concern SELinux or Docker Desktop. */
  readonly options: readonly string[];
  readonly subPath: string | null;
  /** Of a tmpfs. */
  readonly size: string | null;
}

export function mountsOf(service: ComposeNode): readonly Mount[] {
  return itemsOf(at(service, "volumes")).map((item) => (isMapping(item.value) ? longForm(item) : shortForm(item)));
}

function longForm(node: ComposeNode): Mount {
  const written = textOf(at(node, "type")) ?? "volume";
  const source = textOf(at(node, "source")) ?? "";
  const known = written === "volume" || written === "bind" || written === "tmpfs" ? written : "other";
  return {
    node,
    type: known === "volume" && source === "" ? "anonymous" : known,
    source,
    target: textOf(at(node, "target")) ?? "",
    isReadOnly: flagOf(at(node, "read_only")) ?? false,
    options: [],
    subPath: textOf(at(node, "volume", "subpath")),
    size: textOf(at(node, "tmpfs", "size")),
  };
}

/** `[SOURCE:]TARGET[:MODE]` */
function shortForm(node: ComposeNode): Mount {
  const [first = "", second, mode = ""] = (textOf(node) ?? "").split(":");
  const options = mode.split(",");
  const isNamed = second !== undefined && /^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(first);
  return {
    node,
    type: second === undefined ? "anonymous" : isNamed ? "volume" : "bind",
    source: second === undefined ? "" : first,
    target: second ?? first,
    isReadOnly: options.includes("ro"),
    options: options.filter((option) => !/^(ro|rw|)$/.test(option)),
    subPath: null,
    size: null,
  };
}
