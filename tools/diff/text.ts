import { count } from "../lib/text.ts";
import { type ObjectName, objectTitle } from "./object-name.ts";
import type { Report, Told } from "./report.ts";
import { ANY, type Statement } from "./statements.ts";

const MAX_NAMES = 12;

/** The report for a terminal: a summary by environment, what is refused, the changes, what is to be deleted by hand. */
export function textReport(report: Report): string[] {
  const width = Math.max(0, ...report.summaries.map(({ environments }) => environments.join(", ").length));
  return [
    ...report.summaries.flatMap(({ environments, what }) =>
      what.map((line, i) => `${(i === 0 ? environments.join(", ") : "").padEnd(width)}  ${line}`),
    ),
    ...section("The API refuses", report.refused, ({ title, messages, steps }) => [
      title,
      ...messages.map((message) => `    "${message}"`),
      ...steps.map((step, i) => `    ${i + 1}. ${step}`),
    ]),
    ...section("Changes", report.changes, statementLines),
    ...section("Left behind by kubectl apply", report.removals, (command) => [command]),
  ];
}

function section<T>(
  title: string,
  told: readonly Told<readonly T[]>[],
  lines: (what: T) => readonly string[],
): string[] {
  return told.flatMap(({ environments, what }) => {
    const texts = what.flatMap(lines);
    const names = environments.join(", ");
    const isAny = texts.some((text) => text.includes(`overlays/${ANY}`));
    return ["", `${title}: ${isAny ? `each ${ANY} of ${names}` : names}`, ...texts.map((text) => `  ${text}`)];
  });
}

export function statementLines({ sign, objects, effect, lines }: Statement): string[] {
  return [
    `${sign} ${objectsText(objects)}${effect === null ? "" : `: ${effect}`}`,
    ...lines.map((line) => `    ${line}`),
  ];
}

/** One object in full; several by namespace. */
function objectsText(objects: readonly ObjectName[]): string {
  const [only] = objects;
  if (objects.length === 1 && only) return objectTitle(only);
  const namespaces = [...new Set(objects.map(({ namespace }) => namespace))];
  const shown = objects.slice(0, MAX_NAMES);
  const texts = namespaces.flatMap((namespace) => {
    const names = shown.filter((one) => one.namespace === namespace).map(({ kind, name }) => `${kind}/${name}`);
    return names.length === 0 ? [] : [`${namespace === null ? "" : `${namespace}: `}${names.join(", ")}`];
  });
  const more = objects.length - shown.length;
  return `${texts.join("; ")}${more > 0 ? ` and ${count(more, "other")}` : ""}`;
}
