import { lostInKustomize } from "../../tools/lib/text.ts";

/** Texts that a YAML reader of one version or another takes for something else, or for the end of something. */
export const HOSTILE: readonly string[] = [
  // Truth values, nulls, numbers and dates of YAML 1.1 or 1.2.
  ..."yes no on off y n Y N true false True FALSE null Null NULL ~ NaN nan".split(" "),
  ..."12 012 0o17 0x1f 0b101 1_000 1e3 1E-3 +1 -1 .5 5. +.5 .inf -.Inf .NaN .nan 1:30 12:30 12:30:45 -1:20".split(" "),
  ..."2020-01-01 2020-01-01T12:00:00Z 2001-12-14 1.2.3 1,000 0 -0 00 09 0.0 0xZZ 9007199254740993".split(" "),
  "2001-12-14 21:59:43.10 -5",
  // Marks with a meaning.
  ..."- -- --- ... = << ? : , [ ] { } # & * ! | > ' \" % @ ` \\ // {} [] '' \"\" !! !!str &a *a !t %d %YAML @x `x`".split(
    " ",
  ),
  ..."- a|a: b|a:|: a|#x|a #x|? a|a, b|[a|{a: b|key: [a, b]|!!binary aGVsbG8=|!!int 3|<<: *a|a:!|:!|x=y|$(VAR)|$$|${|$1".split(
    "|",
  ),
  ..."'a' \"a\" \"a'b 'a\"b \\n \\x41 a\\ \\u0041 %20 {{ }} {{.Values.a}} <a> </script> a&b".split(" "),
  // Blanks and line ends.
  "",
  " ",
  "  ",
  " a",
  "a ",
  "\ta",
  "a\t",
  "a\tb",
  "\t",
  "\n",
  "\n\n",
  "a\n",
  "a\nb",
  "a\nb\n",
  "a\n\nb\n\n\n",
  "\na",
  "\n a",
  " a\nb\n",
  "  a\n b\nc",
  "a \nb \n",
  "a\n\tb\n",
  "\t\n\ta\n",
  "a\n \nb",
  "\r",
  "a\rb",
  "a\r\nb\r\n",
  "- a\n- b\n",
  "a: b\nc: d\n",
  "# a\n# b\n",
  "---\na: b\n...\n",
  "|\n  a\n",
  '#!/bin/sh\nexec "$@" # x\n',
  "{\n  \"a\": [1, 'b']\n}\n",
  // What stands outside ASCII.
  "ä ö ü",
  "日本語",
  "🙂",
  "a🙂\nb",
  "e\u0301",
  "\u00a0",
  "a\u00a0b",
  "a\u0085b",
  "a\u2028b",
  "a\u2029b",
  "a\u2028b\nc\n",
  "a\u0085b\nc\n",
  "\ufeff",
  "\ufeffa",
  "a\ufeffb\nc\n",
  "a\u200bb",
  "a\u202eb",
  "\ue000",
  "\ufffd",
  "a\ufffeb",
  "a\uffffb\nc",
  "\u{10ffff}",
  "a\u0007b",
  "a\u001b[31mb\u001b[0m\n",
  "a\u007fb",
  "a\u0080b\nc",
  // Long ones.
  "x".repeat(5000),
  "word ".repeat(1000),
  `${"line ".repeat(40)}\n`.repeat(50),
  `${"a".repeat(200)}: ${"b".repeat(2000)} #`,
];

/** Those that kustomize carries; the others a registry may not hold. */
export const CARRIED = HOSTILE.filter((text) => lostInKustomize(text) === null);

/** Those that may stand in a label. */
export const HOSTILE_LABELS = HOSTILE.filter(
  (text) => text.length <= 63 && /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/.test(text),
);

/** Names that may be keys of a ConfigMap. */
export const HOSTILE_KEYS = [...HOSTILE, "a..b", "-a", "_", "__", "1.", ".5e3", "-.inf"].filter(
  (text) => /^(?!\.)[-._a-zA-Z0-9]+$/.test(text) && text.length <= 253,
);
