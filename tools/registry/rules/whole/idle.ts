import type { Registry } from "../../schema.ts";
import type { Problem, RegistryRule } from "../rule.ts";

/** Settings that are right, and from which nothing would come. */
export const idleSettings: RegistryRule = (registry) => [
  ...Object.keys(registry.environments).flatMap((name) => clusterProblems(registry, name)),
  ...mirrorProblems(registry),
];

/** Only a developer's cluster is made from the registry. */
function clusterProblems({ environments }: Registry, name: string): Problem[] {
  const settings = environments[name];
  if (!settings?.cluster || settings.profile === "local") return [];
  const message = `environment ${name} has the profile ${settings.profile}: its cluster is not made from here`;
  const path = ["environments", name, "cluster"];
  return [{ code: "CLUSTER_IDLE", severity: "warning", path, message, fix: "remove it, or move it to a local one" }];
}

function mirrorProblems({ mirror, environments, registries = {} }: Registry): Problem[] {
  const isUsed = Object.values(environments).some(
    ({ profile, registry }) => profile === "airgap" || registries[registry ?? ""]?.mirror === true,
  );
  if (!mirror || isUsed) return [];
  const message =
    "no environment has the profile airgap or a registry that mirrors: nothing lists what is written here";
  return [{ code: "MIRROR_IDLE", severity: "warning", path: ["mirror"], message, fix: "remove it until there is one" }];
}
