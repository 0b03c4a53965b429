import { type Paint, formatFinding } from "../../tools/lib/style.ts";
import type { Display } from "./display.ts";
import { teller } from "./told.ts";
import { type Line, duration, verifiedLine } from "./view.ts";

/** One line per event, nothing ever redrawn: for pipes, logs and CI; with colours where `paint` gives them. */
export function plainDisplay(write: (text: string) => void, paint: Paint): Display {
  let width = 8;
  const linesOf = teller();
  const print = (line: Line): void => write(`${formatLine(line, width, paint)}\n`);
  return {
    begin({ platform, environment, context, evidence, subjects }) {
      width = Math.max(...subjects.map((subject) => subject.length), "namespaces".length);
      write(
        `${paint("bold", "slipway")}  ${platform} · ${environment} · ${context} ${paint("dim", `(${evidence})`)}\n`,
      );
    },
    progress: (line) => write(`${paint("dim", line)}\n`),
    turn: (turn) => linesOf(turn).forEach(print),
    findings: (findings) => findings.forEach((finding) => write(`${formatFinding(finding, paint)}\n`)),
    verified: (check) => print(verifiedLine(check)),
    end: (message) => write(`${paint("bold", "slipway")}  ${message}\n`),
  };
}

/** `core        build      1.2 s  mage/core:3f2a9c41d0be` */
export function formatLine({ subject, stage, ms, text, tone }: Line, width: number, paint: Paint): string {
  const columns = [
    paint("bold", subject.padEnd(width)),
    painted(tone, stage.padEnd(9), paint),
    paint("dim", (ms === null ? "" : duration(ms)).padStart(7)),
    tone === "quiet" ? paint("dim", text) : text,
  ];
  return columns.join("  ").trimEnd();
}

function painted(tone: Line["tone"], text: string, paint: Paint): string {
  if (tone === "good") return paint("green", text);
  if (tone === "bad") return paint("red", text);
  if (tone === "warning") return paint("yellow", text);
  return tone === "quiet" ? paint("dim", text) : text;
}
