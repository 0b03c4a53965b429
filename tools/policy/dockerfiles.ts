import { type Instruction, type Stage, commandWords, stagesOf } from "../sources/dockerfile.ts";
import type { ContextFile } from "../sources/build-context.ts";
import type { Problem, Source, Subject, Violation } from "./check.ts";

/** A problem at a line of the Dockerfile (0: of the file as a whole), or of another file of the context. */
export type SourceProblem = Problem & { readonly line: number; readonly file?: string };

/** A source with its stages. */
export interface BuiltFrom extends Source {
  readonly stages: readonly Stage[];
}

/** Problems of each thing that is built; the same file built twice is told once. */
export function perSource(subject: Subject, find: (source: BuiltFrom) => readonly SourceProblem[]): Violation[] {
  const violations = subject.sources.flatMap((source) => {
    const stages = stagesOf(source.context.instructions, source.build.args);
    return find({ ...source, stages }).map(({ line, file, message, fix }) => {
      const path = file === undefined ? source.context.dockerfile : `${source.context.folder}/${file}`;
      return { file: line > 0 ? `${path}:${line}` : path, service: source.service, message, fix };
    });
  });
  return [...new Map(violations.map((one) => [`${one.service} ${one.file} ${one.message}`, one])).values()];
}

/** The stages that end up in the image: the target, and what it stands on. */
export function imageStages({ stages, build: { target } }: BuiltFrom): readonly Stage[] {
  const last =
    target === undefined
      ? stages.at(-1)
      : (stages.find((stage) => stage.name === target.toLowerCase()) ?? stages[Number(target)]);
  const chain: Stage[] = [];
  for (let stage = last; stage && !chain.includes(stage); stage = before(stage, stages)) chain.unshift(stage);
  return chain;
}

/** The stage of this Dockerfile that a stage stands on. */
function before(stage: Stage, stages: readonly Stage[]): Stage | undefined {
  return stages.slice(0, stages.indexOf(stage)).findLast(({ name }) => name === stage.base.toLowerCase());
}

/** Whether a stage stands on an image: not on an earlier stage, not on a named context, not on nothing. */
export function standsOnImage(stage: Stage, { stages, build }: BuiltFrom): boolean {
  return (
    stage.base !== "scratch" &&
    before(stage, stages) === undefined &&
    !Object.hasOwn(build.additionalContexts ?? {}, stage.base)
  );
}

/** What runs when the image starts: the last ENTRYPOINT and the last CMD. */
export function startOf(source: BuiltFrom): readonly Instruction[] {
  const all = imageStages(source).flatMap((stage) => stage.instructions);
  return ["ENTRYPOINT", "CMD"].flatMap((keyword) => all.findLast((one) => one.keyword === keyword) ?? []);
}

/** The files of the context that ENTRYPOINT and CMD name, by the name that they have in the image. */
export function startScripts(source: BuiltFrom): readonly (ContextFile & { readonly text: string })[] {
  const names = startOf(source)
    .flatMap(commandWords)
    .map((word) => word.split("/").at(-1) ?? "");
  return source.context.files.flatMap((file) => {
    const { text, path } = file;
    return text !== null && text.startsWith("#!") && names.includes(path.split("/").at(-1) ?? "")
      ? [{ ...file, text }]
      : [];
  });
}

/** The line of an instruction on which something stands; its first where it cannot be told. */
export function lineOf({ context }: Source, { firstLine, lastLine }: Instruction, wanted: RegExp | string): number {
  const lines = (context.lines ?? []).slice(firstLine - 1, lastLine);
  const found = lines.findIndex((line) =>
    typeof wanted === "string" ? line.includes(wanted) : new RegExp(wanted.source, wanted.flags).test(line),
  );
  return firstLine + Math.max(found, 0);
}

/** Names of the ARGs that stand in a stage before an instruction, and the global ones. */
export function argsBefore(stage: Stage, instruction: Instruction): string[] {
  return stage.instructions
    .filter(({ keyword, firstLine }) => keyword === "ARG" && firstLine < instruction.firstLine)
    .flatMap(({ text }) => [...text.slice(3).matchAll(/(?:^|\s)(\w+)(?==|\s|$)/g)].map(([, name = ""]) => name));
}
