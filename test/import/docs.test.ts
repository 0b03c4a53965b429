import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { allKeys } from "../../tools/import/compose/keys/index.ts";

// The documentation shows files as they are, and the table of keys as the program has it. UPDATE_GOLDEN=1 writes it.

const PAGE = "docs/import.md";
const FILE = /<!-- (test\/\S+) -->\n```(\w+)\n([\s\S]*?)```/g;
const LINES = /<!-- lines of (\S+) -->\n```console\n([\s\S]*?)```/g;

test("the page shows files and keys as they are", () => {
  const text = readFileSync(PAGE, "utf8");
  const current = text
    .replaceAll(
      FILE,
      (_, path: string, language: string) => `<!-- ${path} -->\n\`\`\`${language}\n${readFileSync(path, "utf8")}\`\`\``,
    )
    .replace(/<!-- keys -->[^]*<!-- \/keys -->/, () => `<!-- keys -->\n${table()}\n<!-- /keys -->`);
  if (process.env["UPDATE_GOLDEN"]) writeFileSync(PAGE, current);
  else assert.equal(text, current);
});

test("every line of output on the page is one that the program printed", () => {
  const shown = [...readFileSync(PAGE, "utf8").matchAll(LINES)];
  assert.ok(shown.length > 0);
  for (const [, path = "", block = ""] of shown) {
    const printed = new Set(readFileSync(path, "utf8").split("\n"));
    assert.deepEqual(
      block.split("\n").filter((line) => !printed.has(line)),
      [],
    );
  }
});

function table(): string {
  const shown = allKeys().filter(([key]) => !/^jobs\.\*\.(?!triggers)|^services\.\*\.pre_start\.\*\./.test(key));
  const rows = shown.map(([key, { to, told }]) => {
    const becomes = told === null ? inCode(to ?? "") : "–";
    return `| \`${key}\` | ${becomes} | ${told === null ? "" : escaped(`${told.why}; ${told.fix}`)} |`;
  });
  return ["", "| key | becomes | told |", "|---|---|---|", ...rows, ""].join("\n");
}

/** Fields of the registry are code, words are words. */
function inCode(to: string): string {
  return /^[\w.<>]+(, [\w.<>]+)*$/.test(to)
    ? to
        .split(", ")
        .map((field) => `\`${field}\``)
        .join(", ")
    : escaped(to);
}

function escaped(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("*", "\\*");
}
