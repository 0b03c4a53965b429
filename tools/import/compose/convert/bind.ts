import { type Part, type Told, carried, lost, partly } from "../entry.ts";
import type { Mount } from "../mounts.ts";
import { type ComposeNode, at, isMapping } from "../node.ts";
import { type Context, placeOf } from "../project.ts";
import { isSecretName } from "../secrets.ts";
import { part } from "./part.ts";

// What of this machine is mounted, and stands for something else in a cluster.
const OF_MACHINE: readonly (readonly [RegExp, string, string])[] = [
  [
    /docker\.sock$|podman\.sock$/,
    "there is no engine beside a pod",
    "give it rights in the cluster: serviceAccount.rules",
  ],
  [/^\/etc\/(localtime|timezone)$/, "a node's time zone is nobody's business", "set env.TZ"],
  [
    /^\/(dev|proc|sys|var\/log|var\/lib\/docker|run|var\/run)(\/|$)|^\/$/,
    "it belongs to the node",
    'a volume of "type": "hostPath" sees it, which Pod Security refuses by default',
  ],
];

/** A file, or a folder of a few, that is text becomes `files`; all else a person must decide about. */
export function bind(mount: Mount, context: Context): Part {
  const { node, source, target } = mount;
  const machine = OF_MACHINE.find(([pattern]) => pattern.test(source));
  if (machine) return part({}, [lost(node, `${source}: ${machine[1]}`, machine[2])]);
  const place = placeOf(context.project, node, source);
  const found = context.project.disk(place.absolute);
  if (!found)
    return part({}, [
      lost(node, `there is no ${source} here`, "for data write a volume with a size, for a file files.<path>.source"),
    ]);
  if (place.relative === null)
    return part({}, [
      lost(
        node,
        `${source} lies outside of the folder of services.json`,
        "copy it beside services.json, and name it in files",
      ),
    ]);
  if (found.kind === "file") return file(mount, place.relative, found.text !== null);
  const isWanted = mount.isReadOnly || /^\/etc\/|initdb\.d/.test(target);
  if (found.kind === "folder" && isWanted && found.files !== null && found.files.length > 0)
    return folder(mount, place, found.files, context);
  const message = `${source} is a folder of this machine, which no pod sees`;
  const fix = "for sources npm run dev builds, for data write a volume with a size, for settings files";
  return part({}, [lost(node, message, fix)]);
}

function file(mount: Mount, path: string, isText: boolean): Part {
  if (!isText)
    return part({}, [
      lost(mount.node, `${path} is no text, or too long for a ConfigMap`, "put it into the image, or onto a volume"),
    ]);
  if (isSecretFile(path))
    return part({}, [
      lost(mount.node, `${path} holds a secret by its name`, "declare it under secrets, and read it with files.<path>"),
    ]);
  const told = readOnlyTold(mount);
  return part(
    { files: { [mount.target]: { source: path } } },
    places(mount.node).map((node, i) => carried(node, `files.${mount.target}`, i === 0 ? told : null)),
  );
}

function folder(
  mount: Mount,
  place: { readonly absolute: string; readonly relative: string | null },
  names: readonly string[],
  { project }: Context,
): Part {
  const under = place.relative === "." ? "" : `${place.relative}/`;
  const isRight = (name: string): boolean => {
    const found = project.disk(`${place.absolute}/${name}`);
    return found?.kind === "file" && found.text !== null && !isSecretFile(name) && !name.includes(":");
  };
  const [right, wrong] = [names.filter(isRight), names.filter((name) => !isRight(name))];
  const files = right.map((name) => [`${mount.target.replace(/\/$/, "")}/${name}`, { source: `${under}${name}` }]);
  const told =
    wrong.length === 0
      ? readOnlyTold(mount)
      : partly(
          mount.node,
          `these are no text, too long, or secret: ${wrong.join(", ")}`,
          "put them into the image, or onto a volume",
        );
  if (right.length === 0) return part({}, [lost(mount.node, "none of its files is text", "put them into the image")]);
  return part(
    { files: Object.fromEntries(files) },
    places(mount.node).map((node, i) => carried(node, `files (${right.length})`, i === 0 ? told : null)),
  );
}

function readOnlyTold({ isReadOnly, node }: Mount): Told | null {
  return isReadOnly ? null : partly(node, "the program cannot write to it", "let it copy the file first, if it does");
}

function isSecretFile(path: string): boolean {
  const name = path.split("/").at(-1) ?? "";
  if (name.startsWith(".env")) return true;
  return (
    /\.(key|pem|p12|pfx|jks)$/.test(name) ||
    /^id_(rsa|ed25519|ecdsa)$/.test(name) ||
    isSecretName(name.replace(/\..*$/, ""))
  );
}

function places(node: ComposeNode): readonly ComposeNode[] {
  if (!isMapping(node.value)) return [node];
  return ["type", "source", "target", "read_only"].flatMap((key) => at(node, key) ?? []);
}
