import type { Paint } from "../../tools/lib/style.ts";
import { formatLine } from "./plain.ts";
import { type Status, isTroubled } from "./status.ts";
import { findingLine } from "./view.ts";
import type { Heading } from "./view-state.ts";

/** What stays on the normal screen after the session: how it stood, everything that was wrong then, and how it ended. */
export function farewell(heading: Heading, statuses: readonly Status[], message: string, paint: Paint): string {
  const names = [heading.platform, heading.environment, heading.context].filter((name) => name !== "");
  const services = statuses.filter(({ isService }) => isService);
  const ready = services.filter(({ word }) => word === "ready").length;
  const width = Math.max(0, ...statuses.map(({ subject }) => subject.length));
  const troubles = statuses
    .filter(isTroubled)
    .flatMap(({ subject, word, findings }) => findings.map((finding) => findingLine(subject, word, finding)));
  return [
    `${paint("bold", "slipway")}  ${names.join(" · ")}  ${ready} of ${services.length} Ready`,
    ...troubles.map((line) => formatLine(line, width, paint)),
    `${paint("bold", "slipway")}  ${message}`,
    "",
  ].join("\n");
}
