import { html } from "./html.ts";
import type { Html } from "./html.ts";
import { style } from "./style.ts";

export interface Passage {
  readonly documentId: string;
  readonly document: string;
  readonly position: number;
  readonly text: string;
}

export interface Message {
  readonly role: "user" | "assistant";
  readonly content: string;
  readonly passages: readonly Passage[] | null;
  /** ISO 8601. */
  readonly createdAt: string;
}

export interface Conversation {
  readonly title: string;
  readonly createdAt: string;
  readonly messages: readonly Message[];
}

/** The conversation as one HTML page that needs nothing else: questions, answers, and the passages as footnotes. */
export function pageOf(conversation: Conversation, owner: string): string {
  const { title, createdAt, messages } = conversation;
  const notes = notesOf(messages);
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title || "Conversation"}</title>
        <style>
          ${style}
        </style>
      </head>
      <body>
        <header>
          <h1>${title || "Conversation"}</h1>
          <p>${owner}, ${dayOf(createdAt)}</p>
        </header>
        <main>${messages.map((message) => section(message, notes))}</main>
        ${notes.size === 0 ? html`` : footer([...notes.values()])}
      </body>
    </html> `;
  return page.html;
}

// Every passage once, numbered in the order in which they come.
type Notes = ReadonlyMap<string, { readonly number: number; readonly passage: Passage }>;

function notesOf(messages: readonly Message[]): Notes {
  const notes = new Map<string, { number: number; passage: Passage }>();
  for (const passage of messages.flatMap(({ passages }) => passages ?? [])) {
    const key = keyOf(passage);
    if (!notes.has(key)) notes.set(key, { number: notes.size + 1, passage });
  }
  return notes;
}

function keyOf({ documentId, position }: Passage): string {
  return `${documentId}/${position}`;
}

function section({ role, content, passages, createdAt }: Message, notes: Notes): Html {
  const who = role === "user" ? "Question" : "Answer";
  return html`<section class="${role}">
    <h2>${who} <time datetime="${createdAt}">${minuteOf(createdAt)}</time></h2>
    <p>${withMarks(content, passages ?? [], notes)}</p>
  </section> `;
}

// An answer's own `[2]` is its second passage; here it leads to that passage's footnote.
function withMarks(content: string, passages: readonly Passage[], notes: Notes): Html[] {
  return content.split(/(\[\d+\])/).map((part) => {
    const passage = /^\[\d+\]$/.test(part) ? passages[Number(part.slice(1, -1)) - 1] : undefined;
    const number = passage && notes.get(keyOf(passage))?.number;
    return number === undefined ? html`${part}` : html`<sup><a href="#note-${number}">${number}</a></sup>`;
  });
}

function footer(notes: readonly { readonly number: number; readonly passage: Passage }[]): Html {
  return html`<footer>
    <h2>Passages</h2>
    <ol>
      ${notes.map(
        ({ number, passage }) => html`<li id="note-${number}"><cite>${passage.document}</cite> ${passage.text}</li> `,
      )}
    </ol>
  </footer>`;
}

function dayOf(instant: string): string {
  return new Date(instant).toISOString().slice(0, 10);
}

function minuteOf(instant: string): string {
  return `${new Date(instant).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
