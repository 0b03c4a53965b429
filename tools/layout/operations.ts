import { type Rendered, comparisonSection } from "../operations/comparison.ts";
import { objectLists } from "../operations/object-list.ts";
import { operationsPage } from "../operations/page.ts";
import { removedScript, selector } from "../operations/removed-script.ts";
import { generatedText } from "./generated.ts";

/** What people read and run beside what kubectl applies. `applied`: the environment's other files. */
export function operationsFiles(
  folder: string,
  pointer: string,
  rendered: Rendered,
  strictest: Rendered | null,
  applied: readonly (readonly [string, string])[],
): [string, string][] {
  const { model, placed } = rendered;
  const objects = placed.map(({ object }) => object);
  const paths = new Set(applied.map(([path]) => path));
  const page = operationsPage({ model, folder, objects, paths }, comparisonSection(rendered, strictest));
  const script = removedScript(folder, selector(model.platform, objects));
  const lists = [...objectLists(placed)].map(([part, lines]): [string, string] => [
    `${folder}/${part}/objects.txt`,
    generatedText(pointer, `${lines.join("\n")}\n`, "hash"),
  ]);
  return [
    [`${folder}/README.md`, generatedText(pointer, page, "markdown")],
    [`${folder}/removed.sh`, generatedText(pointer, script, "hash")],
    ...lists,
  ];
}
