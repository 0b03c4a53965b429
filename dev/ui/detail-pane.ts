import type { Finding } from "../../tools/lib/errors.ts";
import { type Row, EMPTY, cell, row } from "./cells.ts";
import { currentTag } from "../core/current.ts";
import type { ServiceState } from "../core/state.ts";
import { findingRows } from "./finding-rows.ts";
import type { Status } from "./status.ts";
import { podsOf } from "./table.ts";
import { duration } from "./view.ts";
import type { Scene } from "./view-state.ts";
import { pad, printable, wrap } from "./width.ts";

/** Everything that is known of one row of the table, nothing cut. Longer than the screen: it is scrolled. */
export function detailRows(scene: Scene, status: Status, columns: number): Row[] {
  const service = status.isService ? scene.state.services.get(status.subject) : undefined;
  const facts: (readonly [string, string])[] = [
    ["state", stateOf(scene, status)],
    ...(service ? serviceFacts(scene, status, service) : []),
  ];
  const errors = status.findings.flatMap((finding) => [
    ...findingRows(finding, columns),
    ...logRows(finding, columns),
    EMPTY,
  ]);
  return [
    row(cell(status.subject, "strong")),
    ...errors,
    ...facts.filter(([, text]) => text !== "").flatMap(([name, text]) => factRows(name, text, columns)),
  ];
}

function logRows({ log = [] }: Finding, columns: number): Row[] {
  const lines = log.flatMap((line) => wrap(printable(line), Math.max(1, columns - 6)));
  return lines.map((line) => row(cell(`    | ${line}`, "quiet")));
}

function stateOf({ nowMs }: Scene, { word, sinceMs, note }: Status): string {
  const time = sinceMs === null ? "" : ` for ${duration(Math.max(0, nowMs - sinceMs))}`;
  return `${word}${time} ${note}`.trim();
}

function serviceFacts(scene: Scene, status: Status, { target, wanted, sync }: ServiceState): [string, string][] {
  const { state, extras } = scene;
  const readyInMs = extras.memory.readyInMs.get(target.name);
  const objects = wanted?.objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`) ?? [];
  const images = target.images.map((reference) => currentTag(state, reference) ?? reference);
  return [
    ["pods ready", podsOf(scene, status)],
    ["last change", readyInMs === undefined ? "" : `Ready after ${duration(readyInMs)}`],
    ["namespace", target.namespace],
    ["images", images.join(", ")],
    ["ports", target.forwards.map(({ port, localPort }) => `${port} http://localhost:${localPort}`).join(", ")],
    ["after", target.dependsOn.map(({ service, condition }) => `${service} ${condition}`).join(", ")],
    ["copying", target.watch.length === 0 ? "" : sync.isOff ? "off: images are built" : "on"],
    ["objects", objects.join(", ")],
  ];
}

function factRows(name: string, text: string, columns: number): Row[] {
  const width = columns < 50 ? 0 : 13;
  const lines = wrap(text, Math.max(1, columns - width - 2));
  if (width === 0) return [row(cell(name, "quiet")), ...lines.map((line) => row(cell(`  ${line}`)))];
  return lines.map((line, at) => row(cell(`  ${pad(at === 0 ? name : "", width)}`, "quiet"), cell(line)));
}
