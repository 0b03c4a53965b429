import type { Segment } from "./transcript.ts";

/** SubRip. */
export function srt(segments: readonly Segment[]): string {
  return segments
    .map(({ start, end, text }, index) => `${index + 1}\n${time(start, ",")} --> ${time(end, ",")}\n${text.trim()}\n`)
    .join("\n");
}

/** WebVTT. */
export function vtt(segments: readonly Segment[]): string {
  const cues = segments.map(({ start, end, text }) => `${time(start, ".")} --> ${time(end, ".")}\n${text.trim()}\n`);
  return ["WEBVTT\n", ...cues].join("\n");
}

/** `01:02:03,456` */
function time(seconds: number, point: string): string {
  const ms = Math.round(seconds * 1000);
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const clock = [ms / 3_600_000, (ms / 60_000) % 60, (ms / 1000) % 60].map(two).join(":");
  return `${clock}${point}${String(ms % 1000).padStart(3, "0")}`;
}
