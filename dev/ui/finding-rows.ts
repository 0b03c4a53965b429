import type { Finding } from "../../tools/lib/errors.ts";
import { type Row, cell, row } from "./cells.ts";
import { cut, printable, wrap } from "./width.ts";

const INDENT = 4;

/** Where and what, and how to mend it, as many rows as that takes. */
export function findingRows(finding: Finding, columns: number): Row[] {
  const { where, message, fix, code, severity } = finding;
  const tone = severity === "error" ? "bad" : "warning";
  return [
    ...wrapped(`${where}: ${message} [${code}]`, columns).map((text) => row(cell(text, tone))),
    ...wrapped(`fix: ${fix}`, columns).map((text) => row(cell(text))),
  ];
}

/**
 * The same in so many rows and no more: what is missing is in the details. The fix is never what is left out, unless
 * there is but one row.
 */
export function findingInRows(finding: Finding, columns: number, rows: number): Row[] {
  const all = findingRows(finding, columns);
  if (all.length <= rows) return all;
  const { where, message, fix, code, severity } = finding;
  const tone = severity === "error" ? "bad" : "warning";
  const what = wrapped(`${where}: ${message} [${code}]`, columns).slice(0, Math.max(1, rows - 1));
  const short = what.map((text, at) => row(cell(at === what.length - 1 ? ended(text, columns) : text, tone)));
  return [...short, row(cell(cut(`${" ".repeat(INDENT)}fix: ${printable(fix)}`, columns)))].slice(0, rows);
}

function ended(text: string, columns: number): string {
  return cut(`${text} …`, columns);
}

function wrapped(text: string, columns: number): string[] {
  const indent = columns < 30 ? 1 : INDENT;
  return wrap(printable(text), Math.max(1, columns - indent)).map((line) => " ".repeat(indent) + line);
}
