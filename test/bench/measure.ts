import { spawnSync } from "node:child_process";

/** Wall-clock times of a command, in milliseconds, after one run that warms caches. */
export function timed(
  program: string,
  args: readonly string[],
  runs: number,
  before: () => void = () => undefined,
): number[] {
  const once = (): number => {
    before();
    const start = performance.now();
    const { status, stderr } = spawnSync(program, args, { encoding: "utf8", maxBuffer: 256 * 2 ** 20 });
    if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
    return performance.now() - start;
  };
  once();
  return Array.from({ length: runs }, once);
}

/** The most memory that a run of Node had resident, in MiB. */
export function peakMiB(args: readonly string[]): number {
  const { stderr } = spawnSync("node", ["--import", "./test/support/usage.mjs", ...args], { encoding: "utf8" });
  return (JSON.parse(stderr.trim().split("\n").at(-1) ?? "") as { maxRssMiB: number }).maxRssMiB;
}

export function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

export interface Row {
  readonly what: string;
  readonly times: readonly number[];
  /** What the figure is compared with, and the times of that, taken in the same run. */
  readonly against?: { readonly what: string; readonly times: readonly number[] };
  /** What else was seen. */
  readonly note?: string;
}

/** The time that one of twenty runs exceeds: there must be twenty. */
function rangeOf(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const range = `${Math.round(sorted[0] ?? Number.NaN)}–${Math.round(sorted.at(-1) ?? Number.NaN)}`;
  return sorted.length < 20
    ? range
    : `${range}, p95 ${Math.round(sorted[Math.ceil(sorted.length * 0.95) - 1] ?? Number.NaN)}`;
}

/** Markdown: medians with their range, and ratios where there is something to compare with. */
export function table(rows: readonly Row[]): string {
  const lines = rows.map(({ what, times, against, note = "" }) => {
    const ratio = against
      ? `${(median(times) / median(against.times)).toFixed(2)} × ${against.what} (${Math.round(median(against.times))} ms)`
      : note;
    return `| ${what} | ${Math.round(median(times))} | ${rangeOf(times)} | ${ratio} |`;
  });
  return ["| what | median ms | range | ratio |", "|---|---|---|---|", ...lines].join("\n");
}
