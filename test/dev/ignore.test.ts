import assert from "node:assert/strict";
import { posix } from "node:path";
import { test } from "node:test";
import dockerignore from "@balena/dockerignore";
import fc from "fast-check";
import { ignoreOf } from "../../tools/sources/ignore.ts";

test("the quick look at the rules of a .dockerignore says what the rules say", () => {
  const segment = fc.oneof(
    fc.constantFrom("a", "b", "a.b", "src", "**", "*", "?", "a*", "*.b", "**b", "a**"),
    fc.stringMatching(/^[ab.*?]{1,3}$/),
  );
  const rule = fc
    .tuple(fc.constantFrom("", "!", "/", "./", "!/", " "), fc.array(segment, { minLength: 1, maxLength: 3 }))
    .map(([start, segments]) => ({ start, path: segments.join("/") }))
    // An exception for what is outside takes nothing back in; the library leaves something out for it.
    .filter(({ start, path }) => !start.startsWith("!") || !posix.normalize(path).startsWith(".."))
    .map(({ start, path }) => start + path);
  const part = fc.stringMatching(/^[ab.]{1,3}$|^src$/).filter((text) => !/^\.+$/.test(text));
  let ignored = 0;
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 4 }), fc.array(part, { minLength: 1, maxLength: 4 }), (rules, parts) => {
      const expected = dockerignore.default({ ignorecase: false }).add(rules.join("\n")).ignores(parts.join("/"));
      if (expected) ignored++;
      const ignore = ignoreOf(rules.join("\n"));
      const folder = parts.slice(0, -1).join("/");
      const mayBe = (folder !== "" && ignore.ignores(folder)) || ignore.mayIgnore(parts.at(-1) ?? "");
      return ignore.ignores(parts.join("/")) === expected && (mayBe || !expected);
    }),
    {
      numRuns: 3000,
      examples: [
        [["a**/a"], ["aa"]],
        [
          [".*", "!/**b"],
          [".a", "b", "src"],
        ],
      ],
    },
  );
  assert.ok(ignored > 100);
});
