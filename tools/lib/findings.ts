import type { Finding } from "./errors.ts";
import type { Paint } from "./style.ts";

/** Findings that are told together: one fix and one code for all of them. */
interface Told {
  readonly message: string;
  readonly places: readonly string[];
}

/**
 * Findings as they are told: the same one of several places once, what is mended in the same way together, and errors
 * last, where the eye ends; of more than `mostPlaces` places only the first. One text for each that belongs together.
 */
export function formatFindings(findings: readonly Finding[], paint: Paint, mostPlaces = 8): string[] {
  const ordered = findings.toSorted((a, b) => rank(a) - rank(b));
  const alike = groupsOf(ordered, ({ severity, code, fix }) => `${severity} ${code} ${fix}`);
  return alike.map((group) => {
    const told = groupsOf(group, ({ message }) => message).map((same) => ({
      message: same[0].message,
      places: placesOf(same.map(({ where }) => where)),
    }));
    return lines(group[0], told, paint, mostPlaces).join("\n");
  });
}

/**
 * The findings that are worth telling where there are many: the first errors mostly explain the rest, and matter more than
 * any warning. `most` counts different messages; the same one of several places is told as one.
 */
export function mostImportant(
  findings: readonly Finding[],
  most: number,
): { readonly told: readonly Finding[]; readonly hidden: number } {
  const messages = new Set<string>();
  const told = findings
    .toSorted((a, b) => rank(b) - rank(a))
    .filter(({ message }) => messages.has(message) || (messages.size < most && messages.add(message)));
  return { told, hidden: findings.length - told.length };
}

function lines({ severity, fix, code }: Finding, told: readonly Told[], paint: Paint, mostPlaces: number): string[] {
  const label = severity === "error" ? paint("red", paint("bold", "error")) : paint("yellow", "warning");
  const at = `  ${paint("dim", "at  ")} `;
  return [
    ...told.flatMap(({ message, places }) => [
      `${label}: ${message}`,
      ...places.slice(0, mostPlaces).map((place) => `${at}${place}`),
      ...(places.length > mostPlaces ? [`${at}… and ${places.length - mostPlaces} more (--json lists them)`] : []),
    ]),
    `  ${paint("dim", "fix ")} ${fix}`,
    `  ${paint("dim", "code")} ${paint("dim", code)}`,
  ];
}

function rank({ severity }: Finding): number {
  return severity === "error" ? 1 : 0;
}

/** `overlays/airgap Deployment/core` and the like, one line for each set of environments: `overlays/{airgap,prod} Deployment/core`. */
function placesOf(wheres: readonly string[]): string[] {
  const unique = [...new Set(wheres)];
  const places = unique.map((where) => {
    const [, overlay = "", object = ""] = /^overlays\/(\S+) (.+)$/.exec(where) ?? [];
    return { where, overlay, object };
  });
  const plain = places.filter(({ overlay }) => overlay === "").map(({ where }) => where);
  const objects = groupsOf(
    places.filter(({ overlay }) => overlay !== ""),
    ({ object }) => object,
  ).map((same) => ({ object: same[0].object, overlays: overlaysOf(same.map(({ overlay }) => overlay)) }));
  const together = groupsOf(objects, ({ overlays }) => overlays).map(
    (same) => `${same[0].overlays} ${same.map(({ object }) => object).join(", ")}`,
  );
  return [...plain, ...together];
}

function overlaysOf(names: readonly string[]): string {
  return names.length === 1 ? `overlays/${names[0]}` : `overlays/{${names.join(",")}}`;
}

type Group<T> = readonly [T, ...T[]];

/** In the order of first sight. */
function groupsOf<T>(items: readonly T[], keyOf: (item: T) => string): Group<T>[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return [...groups.values()];
}
