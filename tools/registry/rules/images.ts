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
  if (!other?.build) {
    const built = Object.keys(scope.registry.services).filter((service) => scope.registry.services[service]?.build);
    return [
      {
        code: "BUILD_CONTEXT_UNKNOWN",
        path,
        message: `"${target}" is no service that is built here`,
        fix: suggestion(target, built),
      },
    ];
  }
  if (!leadsTo(target, name, scope)) return [];
  return [
    {
      code: "BUILD_CYCLE",
      path,
      message: `the builds of ${name} and ${target} need each other`,
      fix: "move what they share into a third image",
    },
  ];
}

/** Without recursion: a chain may be as long as there are services. A set that grows is walked to its end. */
function leadsTo(start: string, goal: string, { registry }: Scope): boolean {
  const reached = new Set([start]);
  for (const at of reached)
    for (const context of Object.values(registry.services[at]?.build?.additionalContexts ?? {}))
      reached.add(context.slice("service:".length));
  return reached.has(goal);
}
