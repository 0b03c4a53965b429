import { suggestion } from "../../lib/text.ts";
import type { Problem, Scope, ServiceRule } from "./rule.ts";

/** What runs has an image; what is built on another service's image names one that is built. */
export const images: ServiceRule = ({ name, service }, scope) => [
  ...(service.image === undefined && service.kind !== "External"
    ? [
        {
          code: "IMAGE_MISSING",
          path: [],
          message: `${name} has no image`,
          fix: 'add "image"; for a service with "build" it is the name that the build gets',
        },
      ]
    : []),
  ...(service.kind === "Image" && !service.build
    ? [
        {
          code: "BUILD_MISSING",
          path: ["kind"],
          message: `${name} is an Image, but says no "build"`,
          fix: 'add "build": {"context": "…"}',
        },
      ]
    : []),
  ...Object.entries(service.build?.additionalContexts ?? {}).flatMap(([context, value]) =>
    contextProblems(name, context, value.slice("service:".length), scope),
  ),
];

function contextProblems(name: string, context: string, target: string, scope: Scope): Problem[] {
  const path = ["build", "additionalContexts", context];
  const other = scope.registry.services[target];
  const built = Object.keys(scope.registry.services).filter((service) => scope.registry.services[service]?.build);
  if (!other?.build)
    return [
      {
        code: "BUILD_CONTEXT_UNKNOWN",
        path,
        message: `"${target}" is no service that is built here`,
        fix: suggestion(target, built),
      },
    ];
  if (!leadsTo(target, name, scope, new Set())) return [];
  return [
    {
      code: "BUILD_CYCLE",
      path,
      message: `the builds of ${name} and ${target} need each other`,
      fix: "move what they share into a third image",
    },
  ];
}

function leadsTo(at: string, goal: string, scope: Scope, seen: Set<string>): boolean {
  if (at === goal) return true;
  if (seen.has(at)) return false;
  seen.add(at);
  const contexts = Object.values(scope.registry.services[at]?.build?.additionalContexts ?? {});
  return contexts.some((context) => leadsTo(context.slice("service:".length), goal, scope, seen));
}
