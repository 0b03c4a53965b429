import { type Instruction, parseDockerfile } from "../../tools/sources/dockerfile.ts";

/**
 * The Dockerfile with named contexts replaced by the images that they stand for, as BuildKit itself does it: in `FROM name`,
 * `COPY --from=name` and `RUN --mount=…,from=name`. The engine's API has no other way to hand them over.
 * An earlier stage of the same name comes first. https://docs.docker.com/reference/cli/docker/buildx/build/#build-context
 */
export function substituteContexts(text: string, images: ReadonlyMap<string, string>): string {
  const lines = text.split("\n");
  const stages = new Set<string>();
  for (const { keyword, text: instruction, firstLine, lastLine } of parseDockerfile(text)) {
    const replace = (name: string): string => (stages.has(name.toLowerCase()) ? name : (images.get(name) ?? name));
    for (let i = firstLine - 1; i < lastLine; i++) lines[i] = substituted(keyword, lines[i] ?? "", replace);
    const stage = keyword === "FROM" ? /\sAS\s+(\S+)/i.exec(instruction)?.[1] : undefined;
    if (stage !== undefined) stages.add(stage.toLowerCase());
  }
  return lines.join("\n");
}

/** The instruction that BuildKit calls `[build 2/5] RUN npm ci`. */
export function findInstruction(text: string, vertexName: string): Instruction | null {
  const wanted = vertexName.replace(/^\[[^\]]*\]\s*/, "").trim();
  const instructions = parseDockerfile(text);
  const exact = instructions.find((instruction) => instruction.text === wanted);
  // BuildKit prints variables expanded, and a here-document by its name.
  return exact ?? instructions.find((instruction) => firstWords(instruction.text) === firstWords(wanted)) ?? null;
}

function substituted(keyword: string, line: string, replace: (name: string) => string): string {
  if (keyword === "FROM")
    return line.replace(
      /^(\s*FROM\s+(?:--\S+\s+)*)(\S+)/i,
      (_, start: string, name: string) => `${start}${replace(name)}`,
    );
  if (keyword === "COPY")
    return line.replace(/(\s--from=)(\S+)/g, (_, start: string, name: string) => `${start}${replace(name)}`);
  if (keyword === "RUN")
    return line.replace(
      /(\s--mount=\S*?\bfrom=)([^,\s]+)/g,
      (_, start: string, name: string) => `${start}${replace(name)}`,
    );
  return line;
}

function firstWords(text: string): string {
  return text.split(" ").slice(0, 2).join(" ");
}
