import type { RefusedText, Report, Told } from "./report.ts";
import { ANY } from "./statements.ts";
import { statementLines } from "./text.ts";

/** The report for a pull request: GitHub and GitLab colour blocks of `diff`, and fold details. */
export function markdownReport(report: Report): string[] {
  return [
    "| environment | what an apply does |",
    "|---|---|",
    ...report.summaries.map(
      ({ environments, what }) => `| ${environments.join(", ")} | ${what.map(escaped).join("<br>")} |`,
    ),
    ...report.refused.flatMap((told) => [...heading("The API refuses", told), ...told.what.flatMap(refusedLines)]),
    ...report.changes.flatMap((told) => [
      ...heading("Changes", told),
      ...block("diff", told.what.flatMap(statementLines)),
    ]),
    ...report.removals.flatMap((told) => [
      ...heading("Left behind by `kubectl apply`", told),
      ...block("sh", [...told.what]),
    ]),
  ];
}

function heading(title: string, { environments }: Told<unknown>): string[] {
  return ["", `### ${title}: ${environments.join(", ")}`, ""];
}

function refusedLines({ title, messages, steps }: RefusedText): string[] {
  const lines = steps.map((step, i) => `${i + 1}. ${commandOrText(step)}`);
  const isAny = steps.some((step) => step.includes(`overlays/${ANY}`));
  return [
    `**${title}**: ${messages.map((message) => `“${escaped(message)}”`).join(", ")}${isAny ? `; for each ${ANY}:` : ""}`,
    "",
    ...lines,
  ];
}

function commandOrText(step: string): string {
  const [command = "", comment] = step.split("   # ");
  if (!command.startsWith("kubectl ")) return escaped(step);
  return `\`${command}\`${comment === undefined ? "" : `: ${escaped(comment)}`}`;
}

/** A fence longer than any in the text. */
function block(language: string, lines: readonly string[]): string[] {
  const longest = Math.max(2, ...[...lines.join("\n").matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  // Signs colour a line only where it begins with them.
  return [`${fence}${language}`, ...lines.map((line) => line.replace(/^ {4}([-+]) /, "$1     ")), fence];
}

function escaped(text: string): string {
  return text.replaceAll(/[\\|<>*_`]/g, (char) => `\\${char}`);
}
