import type { Check } from "../check.ts";
import { GROUPS } from "../run.ts";
import { UNCHECKED } from "./unchecked.ts";

const ABOUT: Readonly<Record<string, string>> = {
  airgap: "What an enclave cannot reach",
  configuration: "How objects are written",
  identity: "Accounts, rights and secrets",
  images: "Which images run",
  network: "Who may talk to whom",
  scheduling: "Resources, availability and storage",
  security: "What a container may do",
  sources: "What images are built from",
};

/** Markdown: every check by what it is about, and what is not checked, with the reason. */
export function checksPage(): string {
  const total = GROUPS.reduce((sum, { checks }) => sum + checks.length, 0);
  return [
    "# Checks",
    "",
    `Written by \`npm run -s check -- --list --markdown\`. ${total} checks look at every environment as it would be applied, and at what its`,
    "images are built from. An error gives exit code 1, a warning does not. A written value always wins; where it breaks a",
    'check, an `exceptions` entry says why: `{"check": "READ_ONLY_ROOT", "reason": "…"}`. The tags are what other tools and standards',
    "call the same demand (`airgap/AG01` to `AG25` number what an enclave asks for, for which no tool has a name); exceptions name the code.",
    "",
    ...GROUPS.flatMap(({ name, checks }) => [
      `## ${ABOUT[name] ?? name}`,
      "",
      "| code | severity | demands | where | also known as |",
      "|---|---|---|---|---|",
      ...checks.map(row),
      "",
    ]),
    "## What is not checked here, and why",
    "",
    "| demand | also known as | why |",
    "|---|---|---|",
    ...UNCHECKED.map(({ demand, tags, why }) => `| ${demand} | ${tagList(tags)} | ${why} |`),
    "",
  ].join("\n");
}

function row({ code, severity, title, profiles, tags }: Check): string {
  return `| \`${code}\` | ${severity} | ${title} | ${profiles?.join(", ") ?? "everywhere"} | ${tagList(tags)} |`;
}

function tagList(tags: readonly string[]): string {
  return tags.join(", ");
}
