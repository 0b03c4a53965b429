import { MONOSPACE } from "./measure.ts";

// Colours by their use, for a light and a dark page. Every pair of text and ground has a contrast of 4.5 or more.

interface Palette {
  readonly page: string;
  readonly group: string;
  readonly groupBorder: string;
  readonly box: string;
  readonly boxBorder: string;
  readonly text: string;
  readonly quiet: string;
  readonly route: string;
  readonly policy: string;
  readonly gpu: string;
  readonly mocked: string;
  readonly tls: string;
  readonly external: string;
  /** Lines to the same service have the same colour, so that an eye can follow them. */
  readonly lines: readonly string[];
}

const LIGHT: Palette = {
  page: "#ffffff",
  group: "#f4f6f8",
  groupBorder: "#d3dae2",
  box: "#ffffff",
  boxBorder: "#b4bec9",
  text: "#1c2530",
  quiet: "#5a6675",
  route: "#1f6feb",
  policy: "#3f4b59",
  gpu: "#1a7f37",
  mocked: "#955f00",
  tls: "#1158c7",
  external: "#8250df",
  lines: ["#c2640c", "#3d8c6e", "#7a5ba6", "#b03a5b", "#8a7110", "#2c8c99", "#7d6655", "#5d7693"],
};

const DARK: Palette = {
  page: "#0f141a",
  group: "#161d26",
  groupBorder: "#2c3744",
  box: "#1e2731",
  boxBorder: "#465465",
  text: "#e6edf3",
  quiet: "#9aa7b5",
  route: "#6cb0ff",
  policy: "#b6c2cf",
  gpu: "#4fc26b",
  mocked: "#dba53a",
  tls: "#79b8ff",
  external: "#bd9cff",
  lines: ["#f0a35e", "#6fc7a4", "#b99ae3", "#ee8aa6", "#d1b84c", "#62c3d0", "#c0a48f", "#9db4cd"],
};

export const LINE_COLOURS = LIGHT.lines.length;

const SANS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

/** The style sheet of a drawing: no font and no script from anywhere, and colours for the reader's own theme. */
export function styleSheet(): string {
  return [
    `svg{${properties(LIGHT)}}`,
    `@media (prefers-color-scheme: dark){svg{${properties(DARK)}}}`,
    `text{font-family:${MONOSPACE};fill:var(--text)}`,
    `.heading,.about{font-family:${SANS}}`,
    ".heading{font-size:20px;font-weight:600}.about{font-size:13px;fill:var(--quiet)}",
    ".page{fill:var(--page)}.group{fill:var(--group);stroke:var(--group-border)}",
    ".group-title{font-size:12px;font-weight:600}.note,.subtitle,.detail,.legend{font-size:11px;fill:var(--quiet)}",
    ".box{fill:var(--box);stroke:var(--box-border)}.rule{stroke:var(--group-border)}",
    ".title{font-size:13px;font-weight:600}.row{font-size:11px}",
    ".sign{fill:none;stroke:var(--quiet);stroke-width:1.3;stroke-linejoin:round;stroke-linecap:round}",
    ".mark{fill:none;stroke:currentColor}.mark-text{font-size:10px;font-weight:600;fill:currentColor}",
    ".gpu{color:var(--gpu)}.mocked{color:var(--mocked)}.tls{color:var(--tls)}",
    ".is-mocked .box{stroke:var(--mocked);stroke-dasharray:5 3}.is-gpu .box{stroke:var(--gpu)}",
    ".is-external .box{stroke:var(--external);stroke-dasharray:2 3}",
    ".line{fill:none;stroke:currentColor;stroke-width:1.5}.halo{fill:none;stroke:var(--page);stroke-width:4;opacity:.85}",
    ".route{color:var(--route)}.policy{color:var(--policy)}.policy .line{stroke-dasharray:8 3}.start-order .line{stroke-dasharray:3 3}.tip{fill:currentColor}",
    ".scraped{fill:none;stroke:var(--quiet);stroke-width:1.3;stroke-linecap:round}",
    "g.edge:hover .line{stroke-width:3}",
    ...LIGHT.lines.map((_, i) => `.to-${i}{color:var(--line-${i})}`),
  ].join("");
}

function properties({ lines, ...colours }: Palette): string {
  const named = Object.entries(colours).map(
    ([use, colour]) => `--${use.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}:${colour}`,
  );
  return [...named, ...lines.map((colour, i) => `--line-${i}:${colour}`)].join(";");
}
