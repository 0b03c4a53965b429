import { isAllReady } from "../core/current.ts";
import type { Plan } from "../core/plan.ts";
import type { State } from "../core/state.ts";
import { type Cell, EMPTY, type Row, cell, fitted, row, spread, widthOfCells } from "./cells.ts";
import { detailRows } from "./detail-pane.ts";
import { KEYS, helpRows } from "./help-pane.ts";
import { logPane } from "./log-pane.ts";
import { type Status, isTroubled, statusesOf } from "./status.ts";
import { inOrder, selectedOf, tableRows } from "./table-rows.ts";
import { duration } from "./view.ts";
import type { Extras, Scene, Size } from "./view-state.ts";
import { widthOf } from "./width.ts";

/** The whole screen: as many rows as there are, none of them wider than there is room. Pure. */
export function screenOf(state: State, plan: Plan, extras: Extras, { columns, rows, nowMs }: Size & At): Row[] {
  const scene: Scene = { state, plan, extras, nowMs };
  const statuses = inOrder(statusesOf(state, plan, extras.memory.startedMs), rows);
  const size = { columns: Math.max(1, columns), rows: Math.max(1, rows) };
  const footer = size.rows >= 4 ? [footerRow(extras, size.columns)] : [];
  const header = headerRow(scene, statuses, size.columns);
  const body = bodyRows(scene, statuses, { ...size, rows: size.rows - 1 - footer.length });
  const filler = Array.from({ length: size.rows }, () => EMPTY);
  const filled = [header, ...body, ...filler].slice(0, size.rows - footer.length);
  return [...filled, ...footer].map((one) => fitted(one, size.columns));
}

const BEGINNING = row(cell("  reading services.json and finding the cluster", "quiet"));

interface At {
  readonly nowMs: number;
}

function bodyRows(scene: Scene, statuses: readonly Status[], { columns, rows }: Size): Row[] {
  const { view } = scene.extras;
  const selected = selectedOf(statuses, view);
  if (view.focus === "help") return scrolled(helpRows(columns), view.scroll, rows);
  if (view.focus === "detail" && selected) return scrolled(detailRows(scene, selected, columns), view.scroll, rows);
  const service = selected?.isService ? selected.subject : null;
  if (view.focus === "log") return logPane(scene, service, columns, rows, true);
  const budget = rows >= 10 ? budgetRows(scene) : [];
  const room = rows - budget.length;
  const least = view.isLogOpen ? leastLogRows(room) : 0;
  const table = scene.state.target ? tableRows(scene, statuses, { columns, rows: room - least }) : [EMPTY, BEGINNING];
  const logRows = view.isLogOpen && least > 0 ? room - table.length : 0;
  const log = logRows > 0 ? logPane(scene, service, columns, logRows, false) : [];
  const gap = Array.from({ length: Math.max(0, room - table.length - logRows) }, () => EMPTY);
  return [...table, ...gap, ...budget, ...log];
}

/** A log of fewer rows says nothing: then the table has them. */
function leastLogRows(rows: number): number {
  return rows < 9 ? 0 : Math.max(4, Math.floor(rows / 4));
}

function scrolled(all: readonly Row[], scroll: number, rows: number): Row[] {
  const from = Math.min(scroll, Math.max(0, all.length - rows));
  return all.slice(from, from + rows);
}

/** `slipway  mage · local · kind-slipway                     17 of 20 Ready` */
function headerRow({ state, extras }: Scene, statuses: readonly Status[], columns: number): Row {
  const { platform, environment, context } = extras.heading;
  const names = [platform, environment, context].filter((name) => name !== "");
  const left = [cell("slipway", "strong"), cell(names.length === 0 ? "" : `  ${names.join(" · ")}`)];
  const right = standing(state, statuses);
  const room = columns - 2 - widthOfCells(right);
  // How it stands matters more than where.
  if (widthOfCells(left) <= room) return spread(left, right, columns);
  return widthOfCells(left.slice(0, 1)) <= room ? spread(left.slice(0, 1), right, columns) : row(...right);
}

function standing(state: State, statuses: readonly Status[]): [Cell] {
  if (state.isStopping) return [cell("stopping", "warning")];
  if (!state.target) return [cell("starting", "quiet")];
  if (state.clusterLost) return [cell("cluster lost", "bad")];
  const services = statuses.filter(({ isService }) => isService);
  const ready = services.filter(({ word }) => word === "ready").length;
  const off = services.filter(({ word }) => word === "disabled").length;
  const failed = statuses.filter(isTroubled).length;
  const paused = state.isPaused ? "paused · " : "";
  if (isAllReady(state) && failed === 0 && off === 0) return [cell(`${paused}all Ready`, "good")];
  const parts = [
    `${ready} of ${services.length} Ready`,
    failed > 0 ? `${failed} in trouble` : "",
    off > 0 ? `${off} disabled` : "",
  ];
  return [cell(paused + parts.filter((part) => part !== "").join(" · "), failed > 0 ? "bad" : "accent")];
}

/** `core  digest 4 · build 61 · deliver 48 · apply 9 · start 490 · total 0.6 s`: in milliseconds, where nothing else is said. */
function budgetRows({ extras }: Scene): Row[] {
  const { budget } = extras.memory;
  if (!budget) return [];
  const stages = budget.stages.map(({ stage, ms }) => `${stage === "observe" ? "start" : stage} ${Math.round(ms)}`);
  const total = budget.totalMs === null ? [] : [`total ${duration(budget.totalMs)}`];
  return [row(cell(`  ${budget.service}`), cell(`  ${[...stages, ...total].join(" · ")}`, "quiet"))];
}

/** Keys in order of use, as many as fit; how to see all of them, and how to leave, always. */
function footerRow({ view }: Extras, columns: number): Row {
  const back = view.focus === "table" ? [] : [["esc", "back"] as const];
  const short = KEYS.filter(([, word]) => word !== "" && word !== "quit").map(([key, word]) => [key, word] as const);
  const last = [
    ["?", "help"],
    ["q", "quit"],
  ] as const;
  const fits = (keys: readonly (readonly [string, string])[]): boolean => widthOf(textOf(keys)) <= columns;
  let shown = [...back, ...short];
  while (shown.length > 0 && !fits([...shown, ...last])) shown = shown.slice(0, -1);
  return row(
    ...[...shown, ...last].flatMap(([key, word], at) => [
      cell(`${at === 0 ? "" : "  "}${key}`, "strong"),
      cell(` ${word}`, "quiet"),
    ]),
  );
}

function textOf(keys: readonly (readonly [string, string])[]): string {
  return keys.map(([key, word]) => `${key} ${word}`).join("  ");
}
