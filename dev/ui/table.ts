import { type Cell, type Row, type Tone, cell, row } from "./cells.ts";
import type { Status, Word } from "./status.ts";
import { duration } from "./view.ts";
import type { Scene } from "./view-state.ts";
import { addressOf, wantedReplicas } from "./workload.ts";
import { cut, pad, widthOf } from "./width.ts";

/** Widths of the table's columns, in the order in which they stand; a column without room is 0. */
export interface Columns {
  readonly name: number;
  readonly word: number;
  readonly time: number;
  readonly pods: number;
  readonly address: number;
  readonly last: number;
  readonly note: number;
}

const GAP = 2;
const MARK = 4;
// The longest of their words and figures; the others follow from what is in them.
const WIDTHS = { word: 10, time: 7, pods: 5, last: 8 } as const;
const HEADS = {
  name: "SERVICE",
  word: "STATE",
  time: "FOR",
  pods: "PODS",
  address: "ADDRESS",
  last: "CHANGE",
  note: "",
};

// A state can be told without its colour, and at a glance without reading its word. What is not here is being worked on.
const SIGNS: Partial<Readonly<Record<Word, string>>> = {
  ready: "✓",
  failed: "✗",
  lost: "✗",
  trouble: "!",
  waits: "·",
  paused: "=",
  disabled: "-",
};
const TONES: Partial<Readonly<Record<Word, Tone>>> = {
  ready: "good",
  failed: "bad",
  lost: "bad",
  trouble: "warning",
  waits: "quiet",
  paused: "quiet",
  disabled: "quiet",
};

/** Names and states always; of the rest, in order of use, what there is room for. */
export function columnsFor(scene: Scene, statuses: readonly Status[], columns: number): Columns {
  const names = Math.max(HEADS.name.length, ...statuses.map(({ subject }) => widthOf(subject)));
  const name = Math.min(names, Math.max(8, Math.floor(columns / 3)), 40);
  const address = Math.max(0, ...statuses.map(({ subject }) => widthOf(addressOf(scene.state, subject) ?? "")));
  let left = columns - MARK - name - GAP - WIDTHS.word;
  const take = (width: number): number => {
    if (width === 0 || left < width + GAP) return 0;
    left -= width + GAP;
    return width;
  };
  const [time, pods, shownAddress, last] = [take(WIDTHS.time), take(WIDTHS.pods), take(address), take(WIDTHS.last)];
  const note = left >= 12 + GAP ? left - GAP : 0;
  return { name, word: WIDTHS.word, time, pods, address: shownAddress, last, note };
}

export function headRow(columns: Columns): Row {
  return row(cell(" ".repeat(MARK)), ...cellsOf(columns, (key) => cell(HEADS[key], "quiet")));
}

export function statusRow(scene: Scene, status: Status, columns: Columns, isSelected: boolean): Row {
  const tone = toneOf(status);
  const texts: Readonly<Record<keyof Columns, Cell>> = {
    name: cell(status.subject, isSelected ? "strong" : "plain"),
    word: cell(status.word, tone),
    time: cell(status.sinceMs === null ? "" : duration(Math.max(0, scene.nowMs - status.sinceMs)), "quiet"),
    pods: cell(podsOf(scene, status), "quiet"),
    address: cell(addressOf(scene.state, status.subject) ?? "", "accent"),
    last: cell(lastOf(scene, status), "quiet"),
    note: cell(noteOf(scene, status), "quiet"),
  };
  const mark = [cell(isSelected ? "▸ " : "  ", "accent"), cell(`${signOf(status)} `, tone)];
  return { cells: [...mark, ...cellsOf(columns, (key) => texts[key])], isSelected };
}

/** Figures stand at the right of their column, words at the left. */
function cellsOf(columns: Columns, content: (key: keyof Columns) => Cell): Cell[] {
  const shown = (Object.keys(HEADS) as (keyof Columns)[]).filter((key) => columns[key] > 0);
  return shown.flatMap((key, at) => {
    const { text, tone } = content(key);
    const side = key === "time" || key === "pods" || key === "last" ? "left" : "right";
    const isEnd = at === shown.length - 1;
    const filled = isEnd && side === "right" ? cut(text, columns[key]) : pad(text, columns[key], side);
    return [...(at === 0 ? [] : [cell(" ".repeat(GAP))]), { text: filled, tone }];
  });
}

function signOf(status: Status): string {
  return SIGNS[status.word] ?? "•";
}

function toneOf(status: Status): Tone {
  return TONES[status.word] ?? "accent";
}

/** `1/2`: Ready, and wanted. */
export function podsOf({ state, extras }: Scene, { subject, isService }: Status): string {
  const isKnown = isService && !state.clusterLost;
  const service = isKnown ? state.services.get(subject) : undefined;
  const wanted = service ? wantedReplicas(service) : null;
  const ready = extras.readyPods(subject);
  return wanted === null || ready === null ? "" : `${ready}/${wanted}`;
}

function lastOf({ extras }: Scene, { subject }: Status): string {
  const ms = extras.memory.readyInMs.get(subject);
  return ms === undefined ? "" : duration(ms);
}

/** What it waits for, or how far its build has come. */
function noteOf({ state, extras }: Scene, { subject, word, note, isService }: Status): string {
  if (word !== "building") return note;
  const images = isService ? (state.services.get(subject)?.target.images ?? []) : [];
  const names = images.map((reference) => state.images.get(reference)?.target.name ?? reference);
  return [subject, ...names].map((name) => extras.building.get(name)).find((text) => text !== undefined) ?? note;
}
