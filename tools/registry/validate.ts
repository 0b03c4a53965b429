import type { Finding } from "../lib/errors.ts";
import { type EffectiveService, effectiveServices, locateIn } from "./effective.ts";
import { issueFindings } from "./issues.ts";
import * as serviceRules from "./rules/index.ts";
import type { Problem, RegistryRule, Scope, ServiceRule } from "./rules/rule.ts";
import * as wholeRules from "./rules/whole/index.ts";
import type { Registry } from "./schema.ts";
import { service as serviceSchema } from "./schema/service.ts";
import type { Source } from "./source.ts";

const SERVICE_RULES: readonly ServiceRule[] = Object.values(serviceRules);
const WHOLE_RULES: readonly RegistryRule[] = Object.values(wholeRules);

/**
 * What a schema cannot say: references between entries, clashes, and what the layers say together. Every service is
 * looked at in the base and in each environment; what is wrong in several of them is told once. Never throws.
 */
export function validate(registry: Registry, source: Source): Finding[] {
  const problems = WHOLE_RULES.flatMap((rule) => rule(registry));
  const whole = problems.map((problem) => ({ ...finding(problem), where: source.whereKey(problem.path) }));
  const scopes = [null, ...Object.keys(registry.environments)].map((environment) =>
    scopeOf(registry, source, environment),
  );
  const shapely = new Set<string>();
  return distinct([...whole, ...scopes.flatMap((scope) => scopeFindings(scope, shapely))]);
}

function scopeOf(registry: Registry, source: Source, environment: string | null): Scope {
  const services = new Map(effectiveServices(registry, environment).map((effective) => [effective.name, effective]));
  return { registry, source, environment, services };
}

/** `shapely`: what was found to have the shape of a service, as JSON: most are the same in several environments. */
function scopeFindings(scope: Scope, shapely: Set<string>): Finding[] {
  const merged = [...scope.services.values()].flatMap((effective) => {
    const text = JSON.stringify(effective.service);
    const findings = shapely.has(text) ? [] : mergedFindings(effective, scope);
    if (findings.length === 0) shapely.add(text);
    return findings;
  });
  // Rules may rely on the shape of a service: they wait until the layers make whole services.
  return merged.length > 0
    ? merged
    : [...scope.services.values()].flatMap((effective) => ruleFindings(effective, scope));
}

/** Layers that are right alone can be wrong together: `{secret, key}` laid over `{config, key}`. */
function mergedFindings(effective: EffectiveService, { source }: Scope): Finding[] {
  const result = serviceSchema.safeParse(effective.service);
  if (result.success) return [];
  return issueFindings(serviceSchema, result.error.issues, source, effective.service, (path) =>
    locateIn(effective, source, path),
  );
}

function ruleFindings(effective: EffectiveService, scope: Scope): Finding[] {
  return SERVICE_RULES.flatMap((rule) => rule(effective, scope)).map((problem) => ({
    ...finding(problem),
    where: scope.source.where(problem.at ?? locateIn(effective, scope.source, problem.path)),
  }));
}

function finding({ code, severity = "error", message, fix }: Problem): Omit<Finding, "where"> {
  return { code, severity, message, fix };
}

function distinct(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter((one) => {
    const key = `${one.code}\n${one.where}\n${one.message}`;
    return !seen.has(key) && seen.add(key);
  });
}
