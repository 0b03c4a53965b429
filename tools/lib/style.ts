import { styleText } from "node:util";
import type { Finding } from "./errors.ts";

export type Paint = (style: "bold" | "dim" | "red" | "yellow" | "green" | "cyan", text: string) => string;

/** Colours for a terminal; plain text for pipes, `NO_COLOR` and `--no-color`. */
export function paintFor(stream: NodeJS.WriteStream, isWanted: boolean): Paint {
  const isOn = isWanted && stream.isTTY && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb";
  return (style, text) => (isOn ? styleText(style, text) : text);
}

/** A finding as it is told: what, where, how to mend it, and the code to look it up by. */
export function formatFinding({ severity, message, where, fix, code }: Finding, paint: Paint): string {
  const label = severity === "error" ? paint("red", paint("bold", "error")) : paint("yellow", "warning");
  return `${label}: ${message}\n  ${paint("dim", "at  ")} ${where}\n  ${paint("dim", "fix ")} ${fix}\n  ${paint("dim", "code")} ${paint("dim", code)}`;
}
