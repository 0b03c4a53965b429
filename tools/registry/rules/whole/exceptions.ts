import { suggestion } from "../../../lib/text.ts";
import type { Exception } from "../../schema/exception.ts";
import type { Path } from "../../source.ts";
import type { Problem, RegistryRule } from "../rule.ts";

/** An exception names environments that exist: a misspelt one beside a right one would answer nothing there. */
export const exceptionsKnown: RegistryRule = (registry) => {
  const known = Object.keys(registry.environments);
  const ofServices = Object.entries(registry.services).flatMap(([name, { exceptions }]) =>
    unknownEnvironments(exceptions, ["services", name, "exceptions"], known),
  );
  const ofEnvironments = Object.entries(registry.environments).flatMap(([name, { exceptions }]) =>
    unknownEnvironments(exceptions, ["environments", name, "exceptions"], known),
  );
  return [...ofServices, ...ofEnvironments];
};

function unknownEnvironments(exceptions: readonly Exception[] = [], path: Path, known: readonly string[]): Problem[] {
  return exceptions.flatMap(({ environments = [] }, i) =>
    environments.flatMap((environment, j) =>
      known.includes(environment)
        ? []
        : [
            {
              code: "ENVIRONMENT_UNKNOWN",
              path: [...path, i, "environments", j],
              message: `there is no environment "${environment}"`,
              fix: suggestion(environment, known),
            },
          ],
    ),
  );
}
