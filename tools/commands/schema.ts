import { resolve } from "node:path";
import { count } from "../lib/text.ts";
import { writeAtomically } from "../lib/files.ts";
import { referenceMarkdown } from "../registry/reference/markdown.ts";
import { referenceOf } from "../registry/reference/reference.ts";
import { jsonSchema, registrySchema } from "../registry/schema.ts";
import type { Command } from "./command.ts";

export const schema: Command = {
  summary: "print the JSON Schema of services.json for editors, or a reference of its fields for people",
  usage: "[--reference] [--write FILE]",
  maxPositionals: 0,
  examples: [
    "npm run -s schema > services.schema.json",
    "npm run schema -- --write tools/registry/services.schema.json",
    "npm run schema -- --reference --write docs/reference.md",
  ],
  flags: {
    reference: { type: "boolean", description: "every field with its type and what it is, as Markdown" },
    write: { type: "string", value: "FILE", description: "write it to a file instead" },
  },
  async run({ root, flags }) {
    const { text, data, size } = flags["reference"] === true ? reference() : editorSchema();
    const file = flags["write"];
    if (typeof file === "string") await writeAtomically(resolve(root, file), text);
    return {
      output: typeof file === "string" ? [] : [text.trimEnd()],
      summary: typeof file === "string" ? `${file} written${size}` : null,
      findings: [],
      exitCode: 0,
      data,
    };
  },
};

interface Written {
  readonly text: string;
  readonly data: unknown;
  /** What is said of it when it is written. */
  readonly size: string;
}

function editorSchema(): Written {
  const data = jsonSchema();
  return { text: `${JSON.stringify(data, null, 2)}\n`, data, size: "" };
}

function reference(): Written {
  const found = referenceOf(registrySchema);
  const fields = found.sections.flatMap(({ alternatives }) => alternatives.flat());
  const size = `: ${count(fields.length, "field")} in ${count(found.sections.length, "object")}`;
  return { text: referenceMarkdown(found), data: { sections: found.sections, formats: [...found.formats] }, size };
}
