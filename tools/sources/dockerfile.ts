/** One instruction of a Dockerfile, continuation lines and here-documents included. */
export interface Instruction {
  /** In upper case. */
  readonly keyword: string;
  /** As BuildKit names it: on one line, single blanks. */
  readonly text: string;
  /** From 1, both inclusive. */
  readonly firstLine: number;
  readonly lastLine: number;
}

/** https://docs.docker.com/reference/dockerfile/ */
export function parseDockerfile(text: string): Instruction[] {
  const lines = text.split(/\r?\n/);
  const instructions: Instruction[] = [];
  for (let i = 0; i < lines.length; i++) {
    if (isBlankOrComment(lines[i] ?? "")) continue;
    const last = lastLineOf(lines, i);
    instructions.push(instructionAt(lines, i, last));
    i = last;
  }
  return instructions;
}

/** One stage: `FROM` and what follows it. */
export interface Stage {
  /** In lower case; null for a stage without a name. */
  readonly name: string | null;
  /** What stands behind FROM, variables replaced as far as they are known. */
  readonly base: string;
  /** As it is written. */
  readonly written: string;
  readonly from: Instruction;
  readonly instructions: readonly Instruction[];
}

/** The stages in order; `args` are the build's own arguments, which come before an ARG's default. */
export function stagesOf(
  instructions: readonly Instruction[],
  args: Readonly<Record<string, string>> = {},
): readonly Stage[] {
  const globals = new Map<string, string>();
  const stages: (Stage & { readonly instructions: Instruction[] })[] = [];
  for (const instruction of instructions) {
    const current = stages.at(-1);
    if (instruction.keyword === "FROM") stages.push(stageFrom(instruction, globals));
    else if (current) current.instructions.push(instruction);
    else if (instruction.keyword === "ARG") declare(instruction, globals, args);
  }
  return stages;
}

/** The words of CMD, ENTRYPOINT and the like: a list in JSON, or a line for the shell. */
export function commandWords({ keyword, text }: Instruction): string[] {
  if (keyword !== "CMD" && keyword !== "ENTRYPOINT") return [];
  return wordsOf(text.slice(keyword.length).trim());
}

/** `["a", "b c"]` or `a "b c"`, without flags such as `--from=x`. */
export function wordsOf(text: string): string[] {
  const json = /^\[.*\]$/.test(text) ? parseWords(text) : null;
  return json ?? [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? "");
}

function parseWords(text: string): string[] | null {
  try {
    const value = JSON.parse(text) as unknown;
    return Array.isArray(value) ? value.map(String) : null;
  } catch {
    return null;
  }
}

/** `$NAME`, `${NAME}` and `${NAME:-default}` of what is known; what is not stays as it is. */
export function expand(text: string, known: ReadonlyMap<string, string>): string {
  return text.replaceAll(
    /\$(?:\{(\w+)(?::?-([^}]*))?\}|(\w+))/g,
    (whole, braced?: string, fallback?: string, bare?: string) => known.get(braced ?? bare ?? "") ?? fallback ?? whole,
  );
}

function stageFrom(from: Instruction, globals: ReadonlyMap<string, string>): Stage & { instructions: Instruction[] } {
  const [, written = "", name] = /^\S+\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i.exec(from.text) ?? [];
  return { name: name?.toLowerCase() ?? null, base: expand(written, globals), written, from, instructions: [] };
}

function declare({ text }: Instruction, into: Map<string, string>, args: Readonly<Record<string, string>>): void {
  for (const word of wordsOf(text.slice("ARG".length).trim())) {
    const [, name = "", fallback] = /^(\w+)(?:=(.*))?$/s.exec(word) ?? [];
    const value = args[name] ?? fallback;
    if (value !== undefined) into.set(name, expand(value, into));
  }
}

function isBlankOrComment(line: string): boolean {
  return /^\s*(#|$)/.test(line);
}

function lastLineOf(lines: readonly string[], first: number): number {
  let last = first;
  while (/\\\s*$/.test(lines[last] ?? "") && last < lines.length - 1) {
    last++;
    while (isBlankOrComment(lines[last] ?? "") && last < lines.length - 1) last++;
  }
  const written = lines.slice(first, last + 1).join("\n");
  for (const [, name] of written.matchAll(/<<-?\s*["']?([A-Za-z_]\w*)["']?/g)) {
    const end = lines.findIndex((line, i) => i > last && line.replace(/^\t+/, "") === name);
    if (end > 0) last = end;
  }
  return last;
}

function instructionAt(lines: readonly string[], first: number, last: number): Instruction {
  const own = lines.slice(first, last + 1).filter((line) => !isBlankOrComment(line));
  const text = own
    .map((line) => line.replace(/\\\s*$/, "").trim())
    .join(" ")
    .replaceAll(/\s+/g, " ")
    .trim();
  return { keyword: (text.split(" ")[0] ?? "").toUpperCase(), text, firstLine: first + 1, lastLine: last + 1 };
}
