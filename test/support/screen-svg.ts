import { text } from "node:stream/consumers";
import stringWidth from "string-width";

// A picture of a terminal: `tmux capture-pane -e -p | node --import tsx test/support/screen-svg.ts > screen.svg`

const CELL = { width: 8.4, height: 18 } as const;
const MARGIN = 14;
const COLORS: Readonly<Record<string, string>> = { "31": "#ff7b72", "32": "#7ee787", "33": "#e3b341", "36": "#79c0ff" };
const SGR = /\u001b\[([\d;]*)m/g; // oxlint-disable-line no-control-regex

interface Style {
  readonly color: string | null;
  readonly isBold: boolean;
  readonly isDim: boolean;
}

interface Piece extends Style {
  readonly text: string;
  /** Columns before it. */
  readonly at: number;
}

const PLAIN: Style = { color: null, isBold: false, isDim: false };

if (process.argv[1] === import.meta.filename) process.stdout.write(screenSvg(await text(process.stdin)));

/** What a terminal shows, with its colours, as an image of the same size everywhere. */
export function screenSvg(capture: string): string {
  const lines = capture.replace(/\n+$/, "").split("\n").map(piecesOf);
  const columns = Math.max(80, ...lines.map((pieces) => endOf(pieces.at(-1))));
  const [width, height] = [columns * CELL.width + 2 * MARGIN, lines.length * CELL.height + 2 * MARGIN];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="100%" height="100%" rx="8" fill="#0d1117"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#e6edf3">`,
    ...lines.flatMap((pieces, row) =>
      pieces.filter((piece) => piece.text.trim() !== "").map((piece) => textOf(piece, row)),
    ),
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

function piecesOf(line: string): Piece[] {
  const pieces: Piece[] = [];
  let style = PLAIN;
  let from = 0;
  const add = (to: number): void => {
    const written = line.slice(from, to);
    if (written !== "") pieces.push({ ...style, text: written, at: endOf(pieces.at(-1)) });
  };
  for (const match of line.matchAll(SGR)) {
    add(match.index);
    style = (match[1] ?? "").split(";").reduce(styled, style);
    from = match.index + match[0].length;
  }
  add(line.length);
  return pieces;
}

function styled(style: Style, code: string): Style {
  if (code === "" || code === "0") return PLAIN;
  if (code === "1") return { ...style, isBold: true };
  if (code === "2") return { ...style, isDim: true };
  if (code === "22") return { ...style, isBold: false, isDim: false };
  if (code === "39") return { ...style, color: null };
  return { ...style, color: COLORS[code] ?? style.color };
}

function endOf(piece: Piece | undefined): number {
  return piece ? piece.at + stringWidth(piece.text) : 0;
}

/** `textLength` holds every piece to its columns, whatever font there is. */
function textOf({ text: written, at, color, isBold, isDim }: Piece, row: number): string {
  const attributes = [
    `x="${(MARGIN + at * CELL.width).toFixed(1)}"`,
    `y="${MARGIN + row * CELL.height + 14}"`,
    `textLength="${(stringWidth(written) * CELL.width).toFixed(1)}"`,
    'lengthAdjust="spacingAndGlyphs"',
    'xml:space="preserve"',
    ...(color === null ? [] : [`fill="${color}"`]),
    ...(isBold ? ['font-weight="bold"'] : []),
    ...(isDim ? ['opacity="0.6"'] : []),
  ];
  return `<text ${attributes.join(" ")}>${escaped(written)}</text>`;
}

function escaped(written: string): string {
  return written.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
