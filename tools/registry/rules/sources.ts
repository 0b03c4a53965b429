import { isObject } from "../../lib/merge.ts";
import { suggestion } from "../../lib/text.ts";
import type { EffectiveService } from "../effective.ts";
import { valueSources } from "../programs.ts";
import type { Path } from "../source.ts";
import type { Problem, Scope, ServiceRule } from "./rule.ts";

/** Every Secret and ConfigMap that a pod reads is declared, with the key. */
export const sources: ServiceRule = (effective, scope) =>
  readsOf(effective).flatMap(({ from, path }) =>
    "secret" in from ? secretProblems(from, path, scope) : configProblems(effective, from, path, scope),
  );

type Read = { readonly secret: string; readonly key?: string } | { readonly config: string; readonly key?: string };

/** Every place where a service reads a Secret or a ConfigMap. */
export function readsOf({ service }: EffectiveService): { readonly from: Read; readonly path: Path }[] {
  return valueSources(service).flatMap(({ from, path }) =>
    isObject(from) && ("secret" in from || "config" in from) ? [{ from: from as Read, path }] : [],
  );
}

function secretProblems(
  from: { readonly secret: string; readonly key?: string },
  path: Path,
  { registry }: Scope,
): Problem[] {
  const secret = new Map(Object.entries(registry.secrets ?? {})).get(from.secret);
  if (!secret)
    return [
      {
        code: "SECRET_UNKNOWN",
        path,
        message: `there is no secret "${from.secret}"`,
        fix: suggestion(from.secret, Object.keys(registry.secrets ?? {})),
      },
    ];
  const keys = Object.keys(secret.keys);
  if (from.key === undefined || keys.includes(from.key)) return [];
  return [
    {
      code: "SECRET_KEY_UNKNOWN",
      path,
      message: `the secret "${from.secret}" has no key "${from.key}"`,
      fix: suggestion(from.key, keys),
    },
  ];
}

function configProblems(
  reader: EffectiveService,
  from: { readonly config: string; readonly key?: string },
  path: Path,
  scope: Scope,
): Problem[] {
  const configs = [...scope.services.values()]
    .filter(({ service }) => service.config)
    .map((owner) => ({ owner, name: owner.service.config?.name ?? owner.name }));
  const found = configs.find(({ name }) => name === from.config);
  if (!found)
    return [
      {
        code: "CONFIG_UNKNOWN",
        path,
        message: `no service has a config "${from.config}"`,
        fix: suggestion(
          from.config,
          configs.map(({ name }) => name),
        ),
      },
    ];
  const keys = Object.keys(found.owner.service.config?.values ?? {});
  if (from.key !== undefined && !keys.includes(from.key))
    return [
      {
        code: "CONFIG_KEY_UNKNOWN",
        path,
        message: `the config "${from.config}" has no key "${from.key}"`,
        fix: suggestion(from.key, keys),
      },
    ];
  if (found.owner.service.namespace === reader.service.namespace) return [];
  return [
    {
      code: "CONFIG_NAMESPACE",
      path,
      message: `the config "${from.config}" is in namespace ${found.owner.service.namespace}, where ${reader.name} cannot read it`,
      fix: "write the values in a config of its own",
    },
  ];
}
