import { resolve } from "node:path";
import { writeAtomically } from "../lib/files.ts";
import { jsonSchema } from "../registry/schema.ts";
import type { Command } from "./command.ts";

export const schema: Command = {
  summary: "print the JSON Schema of services.json, for editors",
  usage: "[--write FILE]",
  maxPositionals: 0,
  examples: [
    "npm run -s schema > services.schema.json",
    "npm run schema -- --write tools/registry/services.schema.json",
  ],
  flags: { write: { type: "string", value: "FILE", description: "write it to a file instead" } },
  async run({ root, flags }) {
    const text = `${JSON.stringify(jsonSchema(), null, 2)}\n`;
    const file = flags["write"];
    if (typeof file === "string") await writeAtomically(resolve(root, file), text);
    const output = typeof file === "string" ? [] : [text.trimEnd()];
    return {
      output,
      summary: typeof file === "string" ? `${file} written` : null,
      findings: [],
      exitCode: 0,
      data: jsonSchema(),
    };
  },
};
