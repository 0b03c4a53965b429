import type { JsonObject } from "../../../lib/merge.ts";
import { type Entry, type Part, type Told, carried, guess, lost, partly } from "../entry.ts";
import { knownImage } from "../known-images.ts";
import { type Mount, mountsOf } from "../mounts.ts";
import { labelOf } from "../names.ts";
import { type ComposeNode, at, entriesOf, flagOf, isMapping, itemsOf, textOf } from "../node.ts";
import { type Context, placeOf } from "../project.ts";
import { quantityOf } from "../units.ts";
import { bind } from "./bind.ts";
import { part, together } from "./part.ts";

/** Nobody says how large a Compose volume is. */
const SIZE = "10Gi";
const SCRATCH = "1Gi";

// Volumes that a pod has of its own.
const RESERVED = ["tmp", "shm", "files"];

/** Named volumes become claims, the nameless and tmpfs emptyDirs; files of this machine become files of a ConfigMap. */
export function volumes(context: Context): Part {
  const parts = [
    ...mountsOf(context.node).map((mount, i) => mounted(mount, i, context)),
    ...mountsOf(context.node).map(options),
    ...itemsOf(at(context.node, "tmpfs")).map((item) => tmpfs(item, textOf(item) ?? "")),
    sharedMemory(context),
  ];
  const all = together(parts);
  const isStateful = hasOwnVolume(context) && knownImage(textOf(at(context.node, "image")) ?? "")?.isStateful === true;
  return isStateful ? together([all, part({ kind: "StatefulSet" }, [])]) : all;
}

/** Whether a service has a named volume that nobody else mounts. */
function hasOwnVolume(context: Context): boolean {
  const { node, project } = context;
  return mountsOf(node).some(
    (mount) => isData(mount, context) || (mount.type === "volume" && !isShared(mount.source, project)),
  );
}

function isShared(source: string, { sharedVolumes, model }: Context["project"]): boolean {
  return sharedVolumes.has(source) || isExternal(at(model, "volumes", source));
}

function isExternal(volume: ComposeNode | undefined): boolean {
  const external = at(volume, "external");
  return external !== undefined && (isMapping(external.value) || flagOf(external) === true);
}

function options({ node, options: written }: Mount): Part {
  if (written.length === 0) return part({}, []);
  return part({}, [
    carried(node, "volumes", partly(node, `${written.join(",")} means nothing in a cluster`, "remove it")),
  ]);
}

/** Where a known image keeps its data, a folder of this machine stood for a volume. */
function isData({ type, source, target, isReadOnly }: Mount, { node, project }: Context): boolean {
  const isKnown = knownImage(textOf(at(node, "image")) ?? "")?.isStateful === true;
  if (type !== "bind" || !isKnown || isReadOnly || /^\/etc\/|initdb\.d|\.\w+$/.test(target)) return false;
  const found = project.disk(placeOf(project, node, source).absolute);
  return found === null || (found.kind === "folder" && found.files?.length === 0);
}

function mounted(mount: Mount, i: number, context: Context): Part {
  if (!mount.target.startsWith("/"))
    return part({}, [lost(mount.node, "its path in the container is not absolute", "write it into volumes")]);
  if (isData(mount, context)) return dataFolder(mount, i, context);
  if (mount.type === "bind") return bind(mount, context);
  if (mount.type === "tmpfs") return scratch(mount.node, mount.target, mount.size, true);
  if (mount.type === "anonymous") return scratch(mount.node, mount.target, null, false);
  if (mount.type === "other")
    return part({}, [lost(mount.node, "Kubernetes has no such volume", "write what it stands for into volumes")]);
  return named(mount, i, context);
}

function named(mount: Mount, i: number, context: Context): Part {
  const { project, node } = context;
  const name = project.volumeNames.get(mount.source) ?? labelOf(mount.source);
  const isAgain = mountsOf(node)
    .slice(0, i)
    .some(({ type, source }) => type === "volume" && source === mount.source);
  const isTaken = RESERVED.includes(name) && mount.target !== `/${name}`;
  const key = isTaken ? `${name}-data` : isAgain ? `${name}-${i + 1}` : name;
  const common = {
    mountPath: mount.target,
    ...(mount.isReadOnly && { readOnly: true }),
    ...(mount.subPath !== null && { subPath: mount.subPath }),
  };
  const volume = at(project.model, "volumes", mount.source);
  if (isExternal(volume)) return external(mount, key, common, volume);
  if (project.sharedVolumes.has(mount.source) || isAgain) return shared(mount, key, name, common);
  const isTemplate = knownImage(textOf(at(node, "image")) ?? "")?.isStateful === true;
  const claim = { ...common, size: SIZE, ...(isTemplate && { volumeClaimTemplate: true }) };
  const told = guess(
    mount.node,
    `Compose says no size of the volume ${mount.source}: ${SIZE} it is`,
    "write the size it needs",
  );
  return part({ volumes: { [key]: claim } }, entriesFor(mount, `volumes.${key}`, told));
}

function dataFolder(mount: Mount, i: number, context: Context): Part {
  const made = named({ ...mount, type: "volume", source: labelOf(mount.target) }, i, context);
  const message = `a claim of ${SIZE}, empty at first, takes the place of the folder ${mount.source}`;
  const told = guess(mount.node, message, "write the size it needs, and restore its data there");
  return { ...made, entries: made.entries.map((entry) => ({ ...entry, told: entry.told && told })) };
}

function external(mount: Mount, key: string, common: JsonObject, volume: ComposeNode | undefined): Part {
  const name = textOf(at(volume, "name")) ?? textOf(at(volume, "external", "name")) ?? mount.source;
  const claimName = labelOf(name);
  const told = partly(
    mount.node,
    `the volume ${name} exists outside: a claim ${claimName} must, too`,
    `create the claim ${claimName}`,
  );
  return part({ volumes: { [key]: { ...common, claimName } } }, entriesFor(mount, `volumes.${key}.claimName`, told));
}

function shared(mount: Mount, key: string, name: string, common: JsonObject): Part {
  const message = `several services mount ${mount.source}: its class must allow ReadWriteMany, and its size is a guess`;
  const told = guess(mount.node, message, `check volumes.${name} at the top of services.json`);
  return part({ volumes: { [key]: { ...common, volume: name } } }, entriesFor(mount, `volumes.${key}.volume`, told), {
    volumes: { [name]: { size: SIZE, accessModes: ["ReadWriteMany"] } },
  });
}

/** The long form has keys of its own, each with an entry; the rest of it is told by the table of keys. */
function entriesFor(mount: Mount, to: string, told: Told | null): readonly Entry[] {
  if (!isMapping(mount.node.value)) return [carried(mount.node, to, told)];
  const keys = ["type", "source", "target", "read_only"].flatMap((key) => at(mount.node, key) ?? []);
  const inner = [at(mount.node, "volume", "subpath"), at(mount.node, "tmpfs", "size")].filter(
    (one) => one !== undefined,
  );
  return [...keys, ...inner].map((field, i) => carried(field, to, i === 0 ? told : null));
}

/** `/run:size=64m,mode=1777` */
function tmpfs(node: ComposeNode, text: string): Part {
  const [target = "", options = ""] = text.split(":");
  const size = /(?:^|,)size=([^,]+)/.exec(options)?.[1] ?? null;
  const others = options.split(",").filter((option) => option !== "" && !option.startsWith("size="));
  const made = scratch(node, target, size, true);
  if (others.length === 0) return made;
  const told = partly(node, `an emptyDir has no options ${others.join(",")}`, "remove them");
  return { ...made, entries: made.entries.map((entry) => ({ ...entry, told: entry.told ?? told })) };
}

function scratch(node: ComposeNode, target: string, written: string | null, isMemory: boolean): Part {
  const size = written === null ? SCRATCH : quantityOf(written);
  const key = labelOf(target);
  if (size === null) return part({}, [lost(node, `"${written}" is no size`, `write volumes.${key}`)]);
  const volume = { mountPath: target, type: "emptyDir", size, ...(isMemory && { medium: "Memory" }) };
  const told =
    written === null ? guess(node, `Compose says no limit: ${SCRATCH} it is`, `write volumes.${key}.size`) : null;
  const mount: Mount = {
    node,
    type: "tmpfs",
    source: "",
    target,
    isReadOnly: false,
    options: [],
    subPath: null,
    size: written,
  };
  return part({ volumes: { [key]: volume } }, entriesFor(mount, `volumes.${key}`, told));
}

function sharedMemory({ node }: Context): Part {
  const written = at(node, "shm_size");
  const size = quantityOf(textOf(written) ?? "");
  if (!written) return part({}, []);
  if (size === null) return part({}, [lost(written, "it is no size", "write a volume at /dev/shm")]);
  const volume = { mountPath: "/dev/shm", type: "emptyDir", medium: "Memory", size };
  return part({ volumes: { "dev-shm": volume } }, [carried(written, "volumes.dev-shm")]);
}

/** Top-level volumes: what those that mount them have made of them. */
export function declaredVolumes(project: Context["project"]): readonly Entry[] {
  const used = new Set(project.services.flatMap(({ node }) => mountsOf(node).map(({ source }) => source)));
  return entriesOf(at(project.model, "volumes")).flatMap(([key, node]): Entry[] => {
    if (!used.has(key)) return [lost(node, "no service that is taken over mounts it", "remove it")];
    const external = at(node, "external");
    return [
      ...(node.value === null ? [carried(node, "volumes")] : []),
      ...(external ? [carried(external, "claimName")] : []),
    ];
  });
}
