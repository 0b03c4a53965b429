import type { DeclaredException } from "../exceptions.ts";

/** One registry and what it excepts. */
export interface Platform {
  /** Relative to where the page is made; `.` for the registry there. */
  readonly folder: string;
  readonly name: string;
  readonly exceptions: readonly DeclaredException[];
}

/** Markdown: every exception, who declares it, where it holds, why, and until when. */
export function exceptionsPage(platforms: readonly Platform[]): string {
  return [
    "# Exceptions",
    "",
    "Written by `npm run -s check -- --exceptions`. What a check demands and a platform does not do, with the reason. An",
    "exception that answers nothing is an error, so everything here is needed; `docs/checks.md` says what each check demands.",
    "",
    ...platforms.flatMap(section),
  ].join("\n");
}

function section({ folder, name, exceptions }: Platform): string[] {
  const title = `## ${name}${folder === "." ? "" : ` (${folder})`}`;
  if (exceptions.length === 0) return [title, "", "None.", ""];
  return [
    title,
    "",
    "| check | service | object | environments | reason | until |",
    "|---|---|---|---|---|---|",
    ...exceptions.map(row),
    "",
  ];
}

function row({ exception, service, environment }: DeclaredException): string {
  const environments = environment === null ? (exception.environments?.join(", ") ?? "all") : environment;
  const cells = [
    `\`${exception.check}\``,
    service ?? "all",
    exception.object ?? "all",
    environments,
    exception.reason.replaceAll("|", String.raw`\|`),
    exception.expires ?? "",
  ];
  return `| ${cells.join(" | ")} |`;
}
