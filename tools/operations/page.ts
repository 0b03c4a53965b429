import { oneServiceSection, removeSection, rollBackSection } from "./aftercare.ts";
import { type Environment, applySection, beforeSection } from "./apply.ts";
import { prerequisitesSection } from "./prerequisites.ts";
import { secretsSection } from "./secrets.ts";
import { verifySection } from "./verify.ts";

/**
 * `README.md` of an environment: how one applies it, as commands that work as they stand. It is made of data that
 * seldom change: no version of an image, no hash. `comparison`: what this environment does differently from another.
 */
export function operationsPage(environment: Environment, comparison: readonly string[]): string {
  const { model } = environment;
  const description = model.settings?.description;
  const steps = [
    ["Namespaces", beforeSection(environment)],
    ["Secrets", ...secretsSection(model)],
    ["Apply", ...applySection(environment)],
    ["Verify", ...verifySection(model)],
    ["Remove what is no longer wanted", ...removeSection(environment)],
  ].filter((step) => step.length > 1);
  const before = prerequisitesSection(environment);
  const paragraphs = [
    `# ${model.platform} in \`${model.environment}\``,
    ...(description === undefined ? [] : [description]),
    "From the folder that holds `services.json`, with kubectl 1.27 or later, its context the right cluster (`kubectl config current-context`). Every step may be run again. `npm run …` needs Node, and is never the only way.",
    ...(before.length === 0 ? [] : ["## Before", ...before]),
    ...steps.flatMap(([title, ...rest], i) => [`## ${i + 1}. ${title}`, ...rest]),
    "## Roll back",
    ...rollBackSection(environment),
    "## One service",
    ...oneServiceSection(environment),
    ...comparison,
  ];
  return `${paragraphs.join("\n\n")}\n`;
}
