import { didYouMean } from "../../lib/text.ts";
import type { Problem, Scope, ServiceRule } from "./rule.ts";

/**
 * A class that is not declared may well be one that the cluster has; one that is nearly called like a declared one is
 * most likely misspelt.
 */
export const classNames: ServiceRule = ({ service }, { registry, environment }: Scope) => {
  const settings = registry.environments[environment ?? ""];
  const storage = Object.keys({ ...registry.storageClasses, ...settings?.storageClasses });
  const priority = Object.keys(registry.priorityClasses ?? {});
  return [
    ...Object.entries(service.volumes ?? {}).flatMap(([name, { storageClassName }]) =>
      misspelt("STORAGE_CLASS_UNKNOWN", storageClassName, storage, ["volumes", name, "storageClassName"]),
    ),
    ...misspelt("PRIORITY_CLASS_UNKNOWN", service.priorityClassName, priority, ["priorityClassName"]),
  ];
};

function misspelt(code: string, name: string | undefined, known: readonly string[], path: Problem["path"]): Problem[] {
  const near = name === undefined || known.includes(name) ? null : didYouMean(name, known);
  if (near === null) return [];
  const message = `there is no class "${name}" here, but one that is nearly called so`;
  return [{ code, severity: "warning", path, message, fix: `did you mean "${near}"? Else the cluster must have it` }];
}
