import type { Finding } from "../../lib/errors.ts";
import { resolvedEnvironment } from "../parameters.ts";
import type { Registry } from "../schema.ts";
import { appliesTo } from "./clashes.ts";
import { type Vendored, type VendoredObject, objectId } from "./object.ts";

// kubectl keeps a copy of what it applies in an annotation: https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/
const MAX_OBJECT_LENGTH = 240_000;

/** What will be applied and may not do what is expected of it. */
export function vendoredWarnings(registry: Registry, vendored: Vendored): Finding[] {
  return [...vendored].flatMap(([name, objects]) => [
    ...objects.flatMap(tooLarge),
    ...objects.flatMap((object) => unmovedTexts(registry, name, object)),
  ]);
}

/** Definitions are applied by the server, which keeps no copy. */
function tooLarge({ object, home, where }: VendoredObject): Finding[] {
  const length = home === "crds" ? 0 : JSON.stringify(object).length;
  if (length <= MAX_OBJECT_LENGTH) return [];
  const message = `${objectId(object)} has ${length} characters: kubectl apply keeps a copy of each object, of 256 KiB at most`;
  return [warning("MANIFEST_LARGE", where, message, "apply it with --server-side, or leave out what is not needed")];
}

/** Namespaces are replaced where a field says that it is one; a host name in the middle of a text is not such a field. */
function unmovedTexts(registry: Registry, manifest: string, { object, where }: VendoredObject): Finding[] {
  const hosts = new Set(JSON.stringify(object).match(/\.[a-z0-9-]+\.svc\b/g));
  if (hosts.size === 0) return [];
  return Object.entries(registry.environments).flatMap(([environment, settings]) => {
    if (!appliesTo(registry, manifest, environment)) return [];
    const moved = Object.entries(resolvedEnvironment(settings).namespaces ?? {}).filter(
      ([from, to]) => from !== to && hosts.has(`.${from}.svc`),
    );
    return moved.map(([from, to]) => {
      const message = `${objectId(object)} names a host in ${from}, which is ${to} in environment ${environment}: texts stay as they are`;
      return warning("MANIFEST_HOST", where, message, "write a host without the namespace, or leave that unmapped");
    });
  });
}

function warning(code: string, where: string, message: string, fix: string): Finding {
  return { code, severity: "warning", where, message, fix };
}
