import { parseQuantity } from "../lib/quantity.ts";
import { SYNC_NAME, isRestarted, placedFolders, programOf } from "../registry/develop.ts";
import type { Service } from "../registry/schema/service.ts";
import type { ContainerModel, Surroundings } from "./container.ts";
import { orderedVariables } from "./environment-variables.ts";
import { extraContainers } from "./extra-containers.ts";
import type { VolumeModel } from "./volume.ts";

/** What a pod has besides, so that the loop can work in its container. */
export interface Developed {
  readonly container: ContainerModel;
  /** Runs before everything else. */
  readonly before: readonly ContainerModel[];
  readonly volumes: readonly VolumeModel[];
}

/** A service as the loop runs it, in environments of the profile local: its program, its variables, and room for files. */
export function developed(service: Service, plain: ContainerModel, around: Surroundings): Developed {
  const folders = placedFolders(service);
  const container = withProgram(service, plain, around);
  if (folders.length === 0) return { container, before: [], volumes: [] };
  const placed = folders.map((folder) => ({
    name: SYNC_NAME,
    mountPath: folder,
    subPath: folder.slice(1),
    readOnly: false,
  }));
  return {
    container: { ...container, resources: withRoom(container.resources), mounts: [...placed, ...container.mounts] },
    before: [seedContainer(service, plain.image, folders, around)],
    volumes: [VOLUME],
  };
}

/** Where the init container sees the volume: a folder in it stands for each that is placed. */
const SEED_PATH = `/${SYNC_NAME}`;
const SIZE_MIB = 512;

const VOLUME: VolumeModel = {
  name: SYNC_NAME,
  description: null,
  mountPath: SEED_PATH,
  subPath: null,
  readOnly: false,
  source: { type: "emptyDir", sizeLimit: `${SIZE_MIB}Mi`, medium: null },
  isExclusive: false,
};

/** What is in the volume counts as the container's: it would be evicted for what the image has there. */
function withRoom({ requests, limits }: ContainerModel["resources"]): ContainerModel["resources"] {
  return { requests: enlarged(requests), limits: enlarged(limits) };
}

function enlarged(quantities: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const bytes = parseQuantity(quantities["ephemeral-storage"]);
  return bytes === null
    ? quantities
    : { ...quantities, "ephemeral-storage": `${Math.ceil(bytes / 2 ** 20) + SIZE_MIB}Mi` };
}

function withProgram(
  service: Service,
  plain: ContainerModel,
  { resolve, envFileVariables }: Surroundings,
): ContainerModel {
  const { develop } = service;
  const env = develop?.env
    ? orderedVariables({ ...envFileVariables, ...service.env, ...develop.env }, resolve)
    : plain.env;
  const program = programOf(service)?.map(resolve);
  if (program && isRestarted(service))
    return { ...plain, env, command: ["sh", "-c", SUPERVISE, SUPERVISOR], args: program };
  return develop?.command && program ? { ...plain, env, command: program, args: null } : { ...plain, env };
}

/** `$0` of the shell that starts a program again: by it the loop knows that it is there. */
export const SUPERVISOR = "slipway-restart";

/**
 * Runs "$@" and ends as it ends. On HUP it is stopped (TERM, after 2 s KILL, with whatever it leaves behind) and started
 * again; TERM, INT and QUIT are passed on as TERM, since a shell's children may ignore the others. The shell is the
 * container's first process: it also reaps. No two dollar signs in a row: Kubernetes would take them for one.
 */
export const SUPERVISE = [
  "read -r me _ </proc/self/stat; c= r= t=",
  'stop() { [ -z "$c" ] || kill -TERM "$c" 2>/dev/null; }',
  "trap 't=1; stop' TERM INT QUIT",
  `trap 'r=1; stop; [ -z "$c" ] || { sleep 2 && kill -KILL "$c"; } 2>/dev/null &' HUP`,
  'until [ "$t" ]; do',
  '  r=; "$@" & c=$!',
  '  [ -z "$r$t" ] || stop',
  '  while wait "$c"; s=$?; kill -0 "$c" 2>/dev/null; do :; done',
  '  c=; [ "$r" ] || exit "$s"',
  "  for p in /proc/[0-9]*; do",
  '    while read -r k v; do [ "$k" != PPid: ] || { [ "$v" != "$me" ] || kill -KILL "${p#/proc/}"; break; }; done <"$p/status"',
  "  done 2>/dev/null",
  "done",
].join("\n");

/** What the image has where files are copied to: the volume hides it. */
const SEED = [
  "set -e",
  `cd ${SEED_PATH}`,
  "for t; do",
  '  rm -rf ".$t"; mkdir -p ".$t"',
  '  if [ -d "$t" ]; then cp -a "$t/." ".$t/"; chmod -R u+rwX ".$t"; fi',
  "done",
].join("\n");

function seedContainer(
  service: Service,
  image: string,
  folders: readonly string[],
  around: Surroundings,
): ContainerModel {
  const written = {
    name: SYNC_NAME,
    command: ["sh", "-c", SEED, SYNC_NAME, ...folders],
    volumeMounts: { [SYNC_NAME]: { mountPath: SEED_PATH } },
    files: [],
    // It writes into the volume, and nothing else.
    resources: { requests: { "ephemeral-storage": "128Mi" } },
  };
  const alone = { ...service, sidecars: {}, initContainers: [written] };
  const [seed] = extraContainers(alone, image, (reference) => reference, {
    ...around,
    volumes: [...around.volumes, VOLUME],
  }).before;
  if (!seed) throw new Error("an init container was written");
  return seed;
}
