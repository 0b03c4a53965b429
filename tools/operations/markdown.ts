/** A word as a POSIX shell must be given it. */
export function shellWord(text: string): string {
  return /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** A block that a person copies. */
export function shellBlock(lines: readonly string[]): string {
  return ["```sh", ...lines, "```"].join("\n");
}

/** A table in Markdown; what would end a cell is written so that it does not. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll(/[\n\r]+/g, " ").replaceAll("|", String.raw`\|`)).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
