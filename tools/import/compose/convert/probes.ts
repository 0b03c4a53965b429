import type { JsonObject } from "../../../lib/merge.ts";
import { type Entry, type Part, carried, lost, partly } from "../entry.ts";
import { marker, markersIn, replaceMarkers } from "../interpolate.ts";
import { type ComposeNode, at, flagOf, isList, itemsOf, numberOf, textOf } from "../node.ts";
import type { Context } from "../project.ts";
import { secondsOf } from "../units.ts";
import { variableOf } from "./environment.ts";
import { verbatim } from "../words.ts";
import { hidden } from "../secret-values.ts";
import { part } from "./part.ts";
import { ports } from "./ports.ts";

// Compose's own: https://github.com/compose-spec/compose-spec/blob/main/05-services.md#healthcheck
const INTERVAL = 30;
const TIMEOUT = 30;
const RETRIES = 3;

const TIMES = ["interval", "timeout", "retries", "start_period", "start_interval"] as const;

/**
 * `healthcheck` asks whether a service can be used: that is readiness. Liveness only asks whether its port accepts: a
 * pod that waits for its database must not be restarted.
 */
export function probes(context: Context): Part {
  const health = at(context.node, "healthcheck");
  if (!health) return part({}, []);
  const test = at(health, "test");
  const command = commandOf(test, context);
  const isOff = flagOf(at(health, "disable")) === true || textOf(itemsOf(test)[0]) === "NONE";
  const keys = [...TIMES, "disable"].flatMap((key) => at(health, key) ?? []);
  if (isOff)
    return part(
      {},
      [...keys, ...(test ? [test] : [])].map((node) => carried(node, "no probes")),
    );
  if (!test || command === null)
    return part(
      {},
      [...keys, ...(test ? [test] : [])].map((node) =>
        lost(node, "there is no test here: the image's own HEALTHCHECK is not known", "write probes.readiness"),
      ),
    );
  const port = firstPort(context);
  return part(
    {
      probes: {
        readiness: { exec: { command }, ...timing(health) },
        ...(port !== null && { liveness: { tcpSocket: { port }, periodSeconds: 10, failureThreshold: 6 } }),
        ...startup(health, command),
      },
    },
    [
      testEntry(test, port, context),
      ...keys.filter(({ path }) => path.at(-1) === "disable").map((node) => carried(node, "probes")),
      ...TIMES.flatMap((key) => timeEntry(at(health, key), key)),
    ],
  );
}

function testEntry(test: ComposeNode, port: string | null, { project }: Context): Entry {
  if (
    textOf(itemsOf(test)[0]) === "CMD" &&
    itemsOf(test).some((item) => markersIn(hidden(textOf(item) ?? "", project)).length > 0)
  )
    return carried(
      test,
      "probes.readiness",
      partly(
        test,
        "a secret in it became a variable, which only a shell puts in",
        'let it run in ["/bin/sh", "-c", …]',
      ),
    );
  return carried(test, port === null ? "probes.readiness" : "probes.readiness, probes.liveness");
}

/** `["CMD", …]` as it is, `["CMD-SHELL", …]` and text in a shell; null where there is nothing to run. */
function commandOf(test: ComposeNode | undefined, context: Context): readonly string[] | null {
  if (!test) return null;
  const words = isList(test.value)
    ? itemsOf(test).map((item) => textOf(item) ?? "")
    : ["CMD-SHELL", textOf(test) ?? ""];
  const [form, ...rest] = words;
  if (rest.length === 0 || rest[0] === "") return null;
  const readable = rest.map((word) =>
    replaceMarkers(verbatim(hidden(word, context.project)), (name) => `$${variableOf(marker(name), context)}`),
  );
  if (form === "CMD") return readable;
  return form === "CMD-SHELL" ? ["/bin/sh", "-c", readable.join(" ")] : null;
}

function timing(health: ComposeNode): JsonObject {
  return {
    periodSeconds: atLeastOne(secondsOf(textOf(at(health, "interval")) ?? "") ?? INTERVAL),
    timeoutSeconds: atLeastOne(secondsOf(textOf(at(health, "timeout")) ?? "") ?? TIMEOUT),
    failureThreshold: atLeastOne(numberOf(at(health, "retries")) ?? RETRIES),
  };
}

/** During `start_period` failures do not count; a startup probe waits as long, and ends early when all is well. */
function startup(health: ComposeNode, command: readonly string[]): JsonObject {
  const period = secondsOf(textOf(at(health, "start_period")) ?? "") ?? 0;
  if (period === 0) return {};
  const interval = secondsOf(textOf(at(health, "start_interval")) ?? "") ?? 5;
  const { failureThreshold, timeoutSeconds } = timing(health);
  const periodSeconds = atLeastOne(interval);
  const tries = Math.ceil(period / periodSeconds) + Number(failureThreshold);
  return { startup: { exec: { command }, periodSeconds, timeoutSeconds, failureThreshold: tries } };
}

function timeEntry(node: ComposeNode | undefined, key: (typeof TIMES)[number]): readonly Entry[] {
  if (!node) return [];
  const isRight = key === "retries" ? numberOf(node) !== null : secondsOf(textOf(node) ?? "") !== null;
  if (!isRight) return [lost(node, "it is no duration and no number", "write it into probes.readiness")];
  return [carried(node, key.startsWith("start_") ? "probes.startup" : "probes.readiness")];
}

function firstPort(context: Context): string | null {
  const named = ports(context).service["ports"] as Readonly<Record<string, { readonly protocol?: string }>> | undefined;
  return Object.entries(named ?? {}).find(([, { protocol }]) => protocol === undefined)?.[0] ?? null;
}

function atLeastOne(seconds: number): number {
  return Math.max(1, Math.ceil(seconds));
}
