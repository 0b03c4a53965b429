export interface Conversation {
  readonly title: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly messages: readonly Message[];
}

export interface Message {
  readonly role: "user" | "assistant";
  readonly content: string;
  readonly passages: readonly { readonly document: string; readonly text: string }[] | null;
}

/** The conversation as one HTML page that needs nothing else: questions, answers, and under each answer its passages. */
export function pageOf({ title, createdAt, messages }: Conversation, owner: string): string {
  const heading = escaped(title || "Conversation");
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${heading}</title>
<style>${style}</style>
<h1>${heading}</h1>
<p>${escaped(owner)}, ${escaped(createdAt.slice(0, 10))}</p>
${messages.map(section).join("\n")}
</html>
`;
}

function section({ role, content, passages }: Message, index: number): string {
  const notes = (passages ?? []).map(({ document, text }, at) => {
    return `<li id="note-${index}-${at + 1}"><cite>${escaped(document)}</cite> ${escaped(text)}</li>`;
  });
  // An answer's own `[2]` leads to its second passage.
  const linked = escaped(content).replace(/\[(\d+)\]/g, (mark, number: string) =>
    notes[Number(number) - 1] === undefined ? mark : `<a href="#note-${index}-${number}">${mark}</a>`,
  );
  const list = notes.length === 0 ? "" : `<ol>${notes.join("")}</ol>`;
  const heading = role === "user" ? "Question" : "Answer";
  return `<section class="${role}"><h2>${heading}</h2><p>${linked}</p>${list}</section>`;
}

/** Whatever it is, it is text in HTML. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

// For the screen and for paper: no font, image or colour that has to come from elsewhere.
const style = `
body { margin: 3rem auto; max-width: 42rem; padding: 0 1rem; font: 16px/1.55 Georgia, "DejaVu Serif", serif; }
h1 { font-size: 1.6rem; overflow-wrap: anywhere; }
h2 { font: 600 0.8rem/1.4 system-ui, sans-serif; margin: 0; color: #555; }
section { margin-bottom: 1.6rem; overflow-wrap: anywhere; }
section p { margin: 0; white-space: pre-wrap; }
.user p { font-weight: 600; }
.assistant { border-left: 3px solid #bbb; padding-left: 1rem; }
@page { margin: 20mm; }
`;
