import { suggestion } from "../../lib/text.ts";
import type { Problem, ServiceRule } from "./rule.ts";

/** Every service has a namespace that is declared and holds more than a place. */
export const namespaces: ServiceRule = ({ name, service }, { registry }) => {
  const known = Object.keys(registry.namespaces);
  if (service.kind === "Image") return [];
  if (service.namespace === undefined) return known.length === 1 ? [] : [missing(name, known)];
  const path = ["namespace"];
  if (!known.includes(service.namespace))
    return [
      {
        code: "NAMESPACE_UNKNOWN",
        path,
        message: `there is no namespace "${service.namespace}"`,
        fix: suggestion(service.namespace, known),
      },
    ];
  if (!registry.namespaces[service.namespace]?.placeholder) return [];
  return [
    {
      code: "NAMESPACE_PLACEHOLDER",
      path,
      message: `the namespace "${service.namespace}" is a placeholder, but ${name} runs in it`,
      fix: `remove "placeholder" from namespaces.${service.namespace}`,
    },
  ];
};

function missing(name: string, known: readonly string[]): Problem {
  return {
    code: "NAMESPACE_MISSING",
    path: [],
    message: `${name} says no namespace, and there is more than one`,
    fix: `add "namespace": one of ${known.join(", ")}`,
  };
}
