import { AIRGAP, type Check } from "../../check.ts";
import { perSource } from "../../dockerfiles.ts";

export const syntaxLine: Check = {
  code: "SYNTAX_LINE",
  severity: "error",
  title: "no Dockerfile of airgap has its own reader fetched",
  tags: ["airgap/AG01"],
  profiles: AIRGAP,
  run: (subject) =>
    perSource(subject, ({ context }) => {
      const lines = context.lines ?? [];
      const first = lines.findIndex((line) => !/^\s*#\s*\w+\s*=/.test(line));
      const found = lines.slice(0, Math.max(first, 0)).findIndex((line) => /^\s*#\s*syntax\s*=/i.test(line));
      if (found < 0) return [];
      return [
        {
          line: found + 1,
          message: `${(lines[found] ?? "").replace(/^\s*#\s*/, "")} is an image that BuildKit fetches before it reads on`,
          fix: "remove the line: BuildKit brings its own reader",
        },
      ];
    }),
};
