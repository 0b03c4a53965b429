import type { Registry } from "../../schema.ts";
import type { Path } from "../../source.ts";
import type { Problem, RegistryRule } from "../rule.ts";

/** Storage and priority classes: names that the API lets us give, and one default at most. */
export const classes: RegistryRule = (registry) => [
  ...priorityProblems(registry.priorityClasses ?? {}),
  ...defaultProblems(registry),
];

function priorityProblems(written: NonNullable<Registry["priorityClasses"]>): Problem[] {
  const names = Object.keys(written);
  const defaults = names.filter((name) => written[name]?.globalDefault);
  return [
    ...names
      .filter((name) => name.startsWith("system-"))
      .map((name) => ({
        code: "NAME_RESERVED",
        path: ["priorityClasses", name],
        message: `"${name}" begins with system-, which Kubernetes keeps for itself`,
        fix: "rename the class",
      })),
    ...twoDefaults(defaults, (name) => ["priorityClasses", name, "globalDefault"], "priority classes"),
  ];
}

function defaultProblems({ storageClasses = {}, environments }: Registry): Problem[] {
  const scopes = Object.entries(environments).flatMap(([environment, { storageClasses: own = {} }]) => {
    const defaults = Object.entries({ ...storageClasses, ...own }).flatMap(([name, storageClass]) =>
      typeof storageClass === "object" && storageClass.default === true ? [name] : [],
    );
    const at = (name: string): Path =>
      own[name] === undefined ? ["storageClasses", name, "default"] : [...environmentAt(environment), name, "default"];
    return twoDefaults(defaults, at, "storage classes");
  });
  const distinct = new Map(scopes.map((problem) => [JSON.stringify(problem), problem]));
  return [...distinct.values()];
}

function environmentAt(environment: string): Path {
  return ["environments", environment, "storageClasses"];
}

function twoDefaults(names: readonly string[], at: (name: string) => Path, what: string): Problem[] {
  const [first, ...others] = names;
  return others.map((name) => ({
    code: "DEFAULT_CLASH",
    path: at(name),
    message: `${first} and ${name} are both the default of the ${what}`,
    fix: "keep one of the two",
  }));
}
