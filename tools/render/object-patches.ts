import jsonPatch from "fast-json-patch";
import { type Finding, UserError } from "../lib/errors.ts";
import type { Model } from "../model/model.ts";
import type { ObjectPatchModel } from "../model/object-patch.ts";
import type { KubeObject } from "./object.ts";
import type { Placed } from "./render.ts";

/**
 * The registry's own RFC 6902 patches, after everything else. Throws one `UserError` with every patch that finds no object
 * or cannot be applied; in the base an object may still be missing, since environments bring their own.
 */
export function withObjectPatches(placed: readonly Placed[], { services, environment }: Model): Placed[] {
  const findings: Finding[] = [];
  const patched = [...placed];
  for (const service of services) {
    for (const patch of service.patches) {
      const found = patched.flatMap((one, i) => (isMeant(one, service.name, patch) ? [i] : []));
      const [index] = found;
      const one = patched[index ?? -1];
      if (one === undefined || index === undefined || found.length > 1) findings.push(notOne(patch, found.length));
      else {
        const outcome = apply(one.object, patch);
        if ("message" in outcome) findings.push(failed(patch, outcome.message));
        else patched[index] = { ...one, object: outcome.object, description: describedWith(one.description, patch) };
      }
    }
  }
  if (findings.length > 0 && environment !== null) throw new UserError(findings);
  return patched;
}

/** What it is for stands above the object that it changes. */
function describedWith(words: string | null, { key, description }: ObjectPatchModel): string | null {
  if (description === null) return words;
  const line = `Patch ${key}: ${description}`;
  return words === null ? line : `${words}\n${line}`;
}

function isMeant({ object, service }: Placed, owner: string, { kind, name }: ObjectPatchModel): boolean {
  return service === owner && object.kind === kind && (name === null || object.metadata.name === name);
}

function apply(
  object: KubeObject,
  { operations }: ObjectPatchModel,
): { readonly object: KubeObject } | { readonly message: string } {
  try {
    const { newDocument } = jsonPatch.applyPatch(object, operations as jsonPatch.Operation[], true, false);
    return { object: newDocument };
  } catch (error) {
    if (!(error instanceof jsonPatch.JsonPatchError)) throw error;
    return { message: error.message.split("\n")[0] ?? error.name };
  }
}

function notOne({ where, kind, name }: ObjectPatchModel, count: number): Finding {
  const meant = name === null ? kind : `${kind}/${name}`;
  return count === 0
    ? {
        code: "PATCH_MATCHES_NOTHING",
        severity: "error",
        where,
        message: `the patch matches nothing: the service has no ${meant} here`,
        fix: "correct kind and name, or write it only for the environments that have the object",
      }
    : {
        code: "PATCH_MATCHES_SEVERAL",
        severity: "error",
        where,
        message: `the patch matches ${count} objects of kind ${kind}`,
        fix: 'add "name"',
      };
}

function failed({ where, kind }: ObjectPatchModel, message: string): Finding {
  return {
    code: "PATCH_FAILED",
    severity: "error",
    where,
    message: `the patch cannot be applied to the ${kind}: ${message.replace(/\.$/, "")}`,
    fix: "look at the object with kubectl kustomize, and correct path and value",
  };
}
