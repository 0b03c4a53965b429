import { initialState } from "../core/state.ts";
import type { Row } from "./cells.ts";
import type { BuildProgress, Display } from "./display.ts";
import { type Pressed, type Subject, pressed } from "./keys.ts";
import { type LogBuffer, logBuffer } from "./log-buffer.ts";
import { noMemory, remembered } from "./memory.ts";
import { screenOf } from "./screen.ts";
import { type Status, statusesOf } from "./status.ts";
import { inOrder, selectedOf } from "./table-rows.ts";
import { teller } from "./told.ts";
import { type Line, duration, findingLine, verifiedLine } from "./view.ts";
import { type Extras, type LogSource, type Scene, type Size, firstView } from "./view-state.ts";
import { addressOf } from "./workload.ts";

/** What is on the screen and how it comes to be there: all of it but the terminal. */
export interface ScreenModel {
  readonly logs: Readonly<Record<LogSource, LogBuffer>>;
  /** What a display is told. */
  readonly begin: Display["begin"];
  readonly turn: Display["turn"];
  readonly progress: Display["progress"];
  readonly findings: Display["findings"];
  readonly verified: Display["verified"];
  readonly building: NonNullable<Display["building"]>;
  podsFrom(readyPods: Extras["readyPods"]): void;
  press(key: string, size: Size): Pressed["action"];
  rows(size: Size, nowMs: number): Row[];
  /** Service whose lines are to be seen; null while none are. */
  followed(size: Size): string | null;
  /** When the youngest of what has a running time began; null when there is none. */
  youngestMs(): number | null;
  extras(): Extras;
  /** As they were before the session began to end. */
  lastStatuses(): readonly Status[];
}

/** What is looked at, whenever that is. */
type Shown = Omit<Scene, "nowMs">;

export function screenModel(platform: string): ScreenModel {
  const logs = { loop: logBuffer(), service: logBuffer(), builds: logBuffer() };
  const building = new Map<string, string>();
  const linesOf = teller();
  let shown = nothingYet(platform, logs, building);
  let last: readonly Status[] = [];
  const show = (extras: Partial<Extras>): void => void (shown = { ...shown, extras: { ...shown.extras, ...extras } });
  const tell = (line: Line): void => logs.loop.add(loopLine(line));
  return {
    logs,
    podsFrom: (readyPods) => show({ readyPods }),
    findings: (findings) => findings.forEach((finding) => tell(findingLine("", finding.severity, finding))),
    progress: (text) => tell({ subject: "cluster", stage: "making", ms: null, text, tone: "quiet" }),
    verified: (check) => tell(verifiedLine(check)),
    begin({ platform: name, environment, context, evidence }) {
      show({ heading: { platform: name, environment, context } });
      tell({ subject: "cluster", stage: "proven", ms: null, text: `${context}: ${evidence}`, tone: "quiet" });
    },
    turn(turn) {
      const { state, plan } = turn;
      const memory = remembered(shown.extras.memory, turn);
      shown = { state, plan, extras: { ...shown.extras, memory } };
      if (!state.isStopping) last = statusesOf(state, plan, memory.startedMs);
      linesOf(turn).forEach(tell);
    },
    building(image, progress) {
      building.set(image, instructionOf(progress));
      toldBuild(logs.builds, image, progress);
    },
    press(key, { rows }) {
      const { view, action } = pressed(key, shown.extras.view, subjectOf(shown, rows));
      show({ view });
      return action;
    },
    rows: (size, nowMs) => screenOf(shown.state, shown.plan, shown.extras, { ...size, nowMs }),
    followed: ({ rows }) => followedService(shown, rows),
    youngestMs() {
      const { startedMs } = shown.extras.memory;
      return startedMs.size === 0 ? null : Math.max(...startedMs.values());
    },
    extras: () => shown.extras,
    lastStatuses: () => last,
  };
}

function nothingYet(platform: string, logs: ScreenModel["logs"], building: Extras["building"]): Shown {
  const lines = { loop: logs.loop.lines, service: logs.service.lines, builds: logs.builds.lines };
  const heading = { platform, environment: "", context: "" };
  const extras = { heading, memory: noMemory, readyPods: () => null, building, logs: lines, view: firstView };
  return { state: initialState, plan: { steps: [], holds: [] }, extras };
}

function loopLine({ subject, stage, ms, text, tone }: Line): Parameters<LogBuffer["add"]>[0] {
  const time = ms === null ? "" : `${duration(ms)}  `;
  return { from: subject, text: `${stage.padEnd(9)}  ${time}${text}`, tone };
}

/** `[build 2/5] RUN npm ci` → `2/5 RUN npm ci` */
function instructionOf({ vertex }: BuildProgress): string {
  return vertex.replace(/^\[(?:\S+ )?(\d+\/\d+)\]/, "$1");
}

/** Instructions begin and end: that is one line. */
function toldBuild(buffer: LogBuffer, from: string, { vertex, log }: BuildProgress): void {
  if (log !== null) buffer.add({ from, text: log, tone: "plain" });
  else if (!buffer.lines.slice(-100).some((line) => line.from === from && line.text === vertex))
    buffer.add({ from, text: vertex, tone: "quiet" });
}

function orderedStatuses({ state, plan, extras }: Shown, rows: number): readonly Status[] {
  return inOrder(statusesOf(state, plan, extras.memory.startedMs), rows);
}

function subjectOf(shown: Shown, rows: number): Subject {
  const { state, extras } = shown;
  const statuses = orderedStatuses(shown, rows);
  const selected = selectedOf(statuses, extras.view)?.subject ?? null;
  const service = selected === null ? undefined : state.services.get(selected);
  const address = selected === null ? null : addressOf(state, selected);
  return {
    rows: statuses.map(({ subject }) => subject),
    selected,
    isService: service !== undefined,
    isDisabled: service?.isDisabled ?? false,
    isPaused: state.isPaused,
    url: address === null ? null : `http://${address}`,
    page: Math.max(1, rows - 4),
  };
}

function followedService(shown: Shown, rows: number): string | null {
  const { view } = shown.extras;
  const isSeen = view.focus === "log" || (view.focus === "table" && view.isLogOpen);
  if (!isSeen || view.source !== "service") return null;
  const status = selectedOf(orderedStatuses(shown, rows), view);
  return status?.isService ? status.subject : null;
}
