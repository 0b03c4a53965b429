import { type Key, type Keys, each, tell, to } from "./key.ts";
import { JOB, SERVICE } from "./service.ts";

// Every key of the Compose Specification. A test holds this against the specification's own schema.

const NAME = tell("objects are named after their place in the registry", "remove it");
const LABELS = tell("it has no place for labels", "remove them");
const DRIVER = tell("the storage class decides how a volume is made", "write volumes.<name>.storageClassName");
const SECRET_DRIVER = tell(
  "what fills a Secret is said otherwise",
  'write secrets.<name>.from, such as "externalSecret"',
);

/** The keys at the top of a file. */
export const COMPOSE: Keys = {
  version: tell("Compose ignores it too", "remove it"),
  name: to("name"),
  include: to("what the files say, merged"),
  services: to("services", each(SERVICE)),
  jobs: to("services", each(JOB)),
  models: tell("Kubernetes starts no model", "write the model server as a service of its own, with gpu"),
  networks: tell(
    "there are no networks: policies let a service reach what its dependsOn names, and nothing else",
    "check dependsOn of every service",
  ),
  volumes: to(
    "volumes",
    each({
      name: NAME,
      driver: DRIVER,
      driver_opts: DRIVER,
      external: to("volumes.<name>.claimName"),
      labels: LABELS,
    }),
  ),
  secrets: to(
    "secrets",
    each({
      name: NAME,
      environment: to("secrets.<name>.keys"),
      file: to("secrets.<name>.keys"),
      external: to("secrets.<name>.from"),
      labels: LABELS,
      driver: SECRET_DRIVER,
      driver_opts: SECRET_DRIVER,
      template_driver: SECRET_DRIVER,
    }),
  ),
  configs: to(
    "files",
    each({
      name: NAME,
      content: to("files.<path>.content"),
      environment: to("files.<path>.content"),
      file: to("files.<path>.source"),
      external: tell(
        "its text is not in this file",
        "write it beside services.json, and name it in files.<path>.source",
      ),
      labels: LABELS,
      template_driver: tell("files are taken as they are", "write the text as it must be"),
    }),
  ),
};

/** The key that decides about a path in a Compose file: the deepest that has an entry; null for a key nobody knows. */
export function keyAt(path: readonly string[]): { readonly key: Key; readonly depth: number } | null {
  let keys: Keys | null = COMPOSE;
  let found: { key: Key; depth: number } | null = null;
  for (const [depth, name] of path.entries()) {
    // What stands below a key without keys of its own shares its fate.
    if (keys === null) return found;
    const key: Key | undefined = Object.hasOwn(keys, name) ? keys[name] : keys["*"];
    if (!key) return null;
    found = { key, depth: depth + 1 };
    keys = key.keys;
  }
  return found;
}

/** Names that may stand at a path, for suggestions. */
export function namesAt(path: readonly string[]): readonly string[] {
  const keys = path.length === 0 ? COMPOSE : keyAt(path)?.key.keys;
  return Object.keys(keys ?? {}).filter((name) => name !== "*");
}

/** Every key with its path (`*` for names and items), in the order of the tables: the documentation's list. */
export function allKeys(keys: Keys = COMPOSE, path: readonly string[] = []): readonly (readonly [string, Key])[] {
  return Object.entries(keys).flatMap(([name, key]): (readonly [string, Key])[] => {
    const own = [...path, name];
    const isPlace = name === "*" && key.to === null && key.told === null;
    return [...(isPlace ? [] : [[own.join("."), key] as const]), ...allKeys(key.keys ?? {}, own)];
  });
}
