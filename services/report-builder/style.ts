import type { Html } from "./html.ts";

/** For the screen and for paper: no font, image or colour that has to come from elsewhere. */
export const style: Html = {
  html: `
:root { color-scheme: light; }
body { margin: 3rem auto; max-width: 42rem; padding: 0 1rem; font: 16px/1.55 Georgia, "DejaVu Serif", serif; color: #1a1a1a; }
header { border-bottom: 2px solid #1a1a1a; margin-bottom: 2rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
h2 { font: 600 0.8rem/1.4 system-ui, sans-serif; color: #555; margin: 0 0 0.3rem; }
time { font-weight: 400; }
header p { margin: 0.3rem 0 0.8rem; color: #555; }
section { margin-bottom: 1.6rem; }
section p { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
section.user p { font-weight: 600; }
section.assistant { border-left: 3px solid #bbb; padding-left: 1rem; }
sup { line-height: 0; }
sup a { color: inherit; }
footer { border-top: 1px solid #999; padding-top: 1rem; font-size: 0.85rem; }
footer ol { padding-left: 1.6rem; }
footer li { margin-bottom: 0.6rem; overflow-wrap: anywhere; }
cite { font-weight: 600; font-style: normal; }
@page { margin: 20mm; }
@media print {
  body { margin: 0; max-width: none; padding: 0; font-size: 11pt; }
  h2 { break-after: avoid; }
  footer li { break-inside: avoid; }
}
`,
};
