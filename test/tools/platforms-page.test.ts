import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { byCodePoint } from "../../tools/lib/merge.ts";

// docs/platforms/*.md answer what each platform asked for, row by row: none is forgotten, none is told twice.

/** Page → how its rows are numbered, and how many there are. */
const PAGES: Readonly<Record<string, readonly [prefix: string, rows: number]>> = {
  "linkops.md": ["2-", 31],
  "llmops-rag.md": ["1-", 24],
  "mage.md": ["0-", 64],
  "torus-preview.md": ["4-", 30],
  "traps.md": ["T", 17],
  "wrightnow.md": ["3-", 38],
};
const INDEX = "docs/platforms.md";
const written = readdirSync("docs/platforms").toSorted(byCodePoint);

for (const page of written)
  test(`docs/platforms/${page} has every row once, and each says something`, () => {
    const [prefix, count] = PAGES[page] ?? ["", 0];
    const rows = [...read(`docs/platforms/${page}`).matchAll(/^\| (\d-\d+|T\d+) \| (.+?) \| (.+) \|$/gm)];
    const expected = Array.from({ length: count }, (_, i) => `${prefix}${i + 1}`);
    assert.ok(count > 0, "a page that this test does not know");
    assert.deepEqual(
      rows.map(([, id]) => id),
      expected,
    );
  });

for (const page of [INDEX, ...written.map((name) => `docs/platforms/${name}`)])
  test(`every file that ${page} links exists`, () => {
    const links = [...read(page).matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, to = ""]) => to);
    assert.ok(links.length > 3);
    const missing = links.filter((to) => !/^https?:/.test(to) && !existsSync(join(dirname(page), to)));
    assert.deepEqual(missing, []);
  });

test("the index links every page", () => {
  const linked = [...read(INDEX).matchAll(/\]\(platforms\/([^)]+)\)/g)].map(([, name = ""]) => name);
  assert.deepEqual(linked.toSorted(byCodePoint), written);
});

function read(path: string): string {
  return readFileSync(path, "utf8");
}
