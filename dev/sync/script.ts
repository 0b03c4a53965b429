import { posix } from "node:path";
import { tarEnd, tarMember } from "../build/tar.ts";
import type { WantedFile } from "./host-files.ts";

// What a shell in a container is told to do: one line of POSIX sh each, and the bytes that it reads. Pure.

export interface Order {
  readonly line: string;
  /** What follows the line on the shell's input. */
  readonly input: readonly Buffer[];
}

/** As one word of one line: the loop's `nl` stands for what would end it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`).replaceAll("\n", `'"$nl"'`)}'`;
}

/** Says of each path what it is: `-`, `d`, `f` or `l TARGET`, a line each. */
export function typesOrder(paths: readonly string[]): Order {
  const test =
    'if [ -L "$f" ]; then echo "l $(readlink "$f")"; elif [ -d "$f" ]; then echo d; elif [ -e "$f" ]; then echo f; else echo -; fi';
  return { line: `for f in ${paths.map(quoted).join(" ")}; do ${test}; done`, input: [] };
}

/** Modes of files, a line each, then their SHA-256. */
export function digestsOrder(paths: readonly string[]): Order {
  const words = paths.map(quoted).join(" ");
  return { line: `stat -c %a -- ${words} && sha256sum -- ${words}`, input: [] };
}

/** Above this many files of one folder they are moved into place together. */
const MANY = 8;

/**
 * Makes files what they should be: each is written beside its place and renamed onto it, so that nobody reads half of
 * one. `after`: what is done once all is there.
 */
export function copyOrder(files: readonly WantedFile[], root: string, hasTar: boolean, after: string | null): Order {
  const written = files.filter(({ entry }) => entry.type === "file" || entry.type === "link");
  const places = placesOf(written);
  const steps = [
    ...foldersOf(files).map((folder) => folderStep(root + folder)),
    ...[...new Set(places.flatMap(({ staging }) => staging ?? []))].map(
      (folder) => `mkdir -p ${quoted(root + folder)}`,
    ),
    ...written.map(({ path }) => `{ [ ! -d ${quoted(root + path)} ] || rm -rf -- ${quoted(root + path)}; }`),
    ...(hasTar ? tarSteps(places, root) : plainSteps(places, root)),
    ...moveSteps(places, root),
    ...files.filter(({ entry }) => entry.type === "gone").map((file) => removal(file, root)),
    ...(after === null ? [] : [after]),
  ];
  const input = hasTar
    ? archive(places)
    : places.flatMap(({ file: { entry } }) => (entry.type === "file" ? [entry.body] : []));
  return { line: steps.join(" && "), input };
}

interface Place {
  readonly file: WantedFile;
  /** Where it is written before it is moved. */
  readonly beside: string;
  /** Folder of that, where it is one of its own. */
  readonly staging: string | null;
}

function placesOf(files: readonly WantedFile[]): Place[] {
  const counts = new Map<string, number>();
  for (const { path } of files) counts.set(posix.dirname(path), (counts.get(posix.dirname(path)) ?? 0) + 1);
  return files.map((file, i) => {
    const folder = posix.dirname(file.path);
    const staging = (counts.get(folder) ?? 0) > MANY ? posix.join(folder, ".slipway~") : null;
    const beside =
      staging === null ? posix.join(folder, `.slipway~${i}`) : posix.join(staging, posix.basename(file.path));
    return { file, beside, staging };
  });
}

/** Folders that must be there, outermost first: those that are wanted, and those in which something is. */
function foldersOf(files: readonly WantedFile[]): string[] {
  const folders = new Set<string>();
  for (const { path, entry, rule, isRoot } of files) {
    if (entry.type === "gone") continue;
    const top = rule.target ?? "/";
    let at = entry.type === "folder" ? path : posix.dirname(path);
    for (; at.length > top.length; at = posix.dirname(at)) folders.add(at);
    if (!isRoot || entry.type === "folder") folders.add(top);
    else folders.add(posix.dirname(top));
  }
  return [...folders].toSorted((a, b) => a.length - b.length);
}

function folderStep(folder: string): string {
  const name = quoted(folder);
  return `{ [ -d ${name} ] || { rm -f -- ${name} && mkdir -p -- ${name}; }; }`;
}

function tarSteps(places: readonly Place[], root: string): string[] {
  if (places.length === 0) return [];
  const bytes = archive(places).reduce((sum, { length }) => sum + length, 0);
  return [`take ${bytes} | tar -xopmf - -C ${quoted(`${root}/`)}`];
}

function archive(places: readonly Place[]): Buffer[] {
  if (places.length === 0) return [];
  const members = places.map(({ file: { entry }, beside }) => {
    const path = beside.slice(1);
    return entry.type === "file"
      ? tarMember({ path, type: "file", mode: entry.mode, body: entry.body })
      : tarMember({ path, type: "link", mode: 0o777, link: entry.type === "link" ? entry.link : "" });
  });
  return [...members, tarEnd];
}

function plainSteps(places: readonly Place[], root: string): string[] {
  return places.map(({ file: { entry }, beside }) => {
    const name = quoted(root + beside);
    if (entry.type === "link") return `rm -f -- ${name} && ln -s -- ${quoted(entry.link)} ${name}`;
    if (entry.type !== "file") return "true";
    return `take ${entry.body.length} >${name} && chmod ${entry.mode.toString(8)} ${name}`;
  });
}

function moveSteps(places: readonly Place[], root: string): string[] {
  const staged = new Map<string, Place[]>();
  for (const place of places)
    if (place.staging !== null) staged.set(place.staging, [...(staged.get(place.staging) ?? []), place]);
  return [
    ...places
      .filter(({ staging }) => staging === null)
      .map(({ file, beside }) => `mv -f -- ${quoted(root + beside)} ${quoted(root + file.path)}`),
    ...[...staged].flatMap(([folder, group]) => [
      ...chunks(group, 200).map(
        (part) =>
          `mv -f -- ${part.map(({ beside }) => quoted(root + beside)).join(" ")} ${quoted(`${root}${posix.dirname(folder)}/`)}`,
      ),
      `rmdir -- ${quoted(root + folder)}`,
    ]),
  ];
}

/** A folder that a rule is about stays: it may be where a volume is mounted. */
function removal({ path, isRoot }: WantedFile, root: string): string {
  const name = quoted(root + path);
  return isRoot ? `{ [ -d ${name} ] || rm -f -- ${name}; }` : `rm -rf -- ${name}`;
}

export function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
