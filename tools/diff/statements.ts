import type { ObjectChange } from "./object-change.ts";
import { edgeLines } from "./network.ts";
import { type ObjectName, objectTitle } from "./object-name.ts";
import type { EnvironmentDiff } from "./platform.ts";
import type { PodChange } from "./pods.ts";
import type { Step } from "./step.ts";
import { fieldLines } from "./values.ts";

/** One change as it is told: of one object, or of several that change alike. */
export interface Statement {
  /** What kubectl would do: `+` create, `~` change, `-` nothing (what is gone stays until it is deleted). */
  readonly sign: "+" | "-" | "~";
  readonly objects: readonly ObjectName[];
  readonly effect: string | null;
  readonly lines: readonly string[];
  /** Only added and removed objects of one service are told together. */
  readonly service: string | null;
}

/** What stands for the environment's name where several have the same to say. */
export const ANY = "ENVIRONMENT";

/** The changes of an environment's objects. An environment that comes or goes as a whole is told in its summary. */
export function statementsOf({ type, changes }: EnvironmentDiff): Statement[] {
  if (type === "added" || type === "removed") return [];
  return changes.map((change) => ({
    sign: signOf(change),
    objects: [named(change.object)],
    effect: effectOf(change),
    lines: linesOf(change, changes),
    service: change.type === "added" || change.type === "removed" ? change.service : null,
  }));
}

/** A new object beside a former one is created; a Job that runs again is the same thing to a person. */
function signOf({ type, object }: ObjectChange): Statement["sign"] {
  if (type === "added" || (type === "replaced" && object.kind !== "Job")) return "+";
  return type === "removed" ? "-" : "~";
}

/** Equal changes of several objects as one; what is called after its object is then called `*`. */
export function merged(statements: readonly Statement[]): Statement[] {
  const groups = new Map<string, Statement[]>();
  for (const one of statements) {
    const key = JSON.stringify({ ...one, objects: [], lines: anonymous(one) });
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (!first || others.length === 0) return first ?? [];
    return { ...first, objects: [first, ...others].flatMap(({ objects }) => objects), lines: anonymous(first) };
  });
}

function anonymous({ objects, lines }: Statement): string[] {
  const [object] = objects;
  return lines.map((line) => line.replaceAll(`ontainers[${object?.name}]`, "ontainers[*]"));
}

/** A Job's name ends in a hash of its specification, which is another one in each environment. */
export function named(object: ObjectName): ObjectName {
  return object.kind === "Job" ? { ...object, name: object.name.replace(/-[0-9a-f]{8}$/, "") } : object;
}

/** A step as a line; the environment's own name is put back where only one is told. */
export function stepText({ command, comment }: Step): string {
  if (command === null) return comment ?? "";
  return comment === null ? command : `${command}   # ${comment}`;
}

/** `overlays/airgap/db` → `overlays/ENVIRONMENT/db` */
export function forAny(text: string, environment: string): string {
  return text.replaceAll(`overlays/${environment}`, `overlays/${ANY}`);
}

function effectOf({ type, former, object, pods, refused }: ObjectChange): string | null {
  const isRefused = refused.some(({ message }) => message !== null);
  const effects = [
    type === "replaced" && former && object.kind !== "Job" ? formerly(object, former) : null,
    isRefused ? "refused by the API" : refused.length > 0 ? "the API keeps the old value and says nothing" : null,
    isRefused || type === "added" || !pods ? null : podEffect(pods),
  ].filter((effect) => effect !== null);
  return effects.length === 0 ? null : effects.join("; ");
}

function formerly(object: ObjectName, former: ObjectName): string {
  if (object.name === former.name) return `formerly in namespace ${former.namespace}`;
  return `formerly ${object.namespace === former.namespace ? former.name : objectTitle(former)}`;
}

function podEffect({ type, count }: PodChange): string {
  const texts: Readonly<Record<PodChange["type"], string>> = {
    start: "its pods start",
    restart: "its pods restart",
    scale: `${count} pods`,
    run: "runs",
    "run again": "runs again",
    "next run": "changes from its next run on",
    "when deleted": "its pods change only when somebody deletes them",
  };
  return texts[type];
}

function linesOf(change: ObjectChange, all: readonly ObjectChange[]): string[] {
  const { pods, notes, edges } = change;
  const own = ownLines(change);
  const workload = all.find((other) => other.service === change.service && other.pods?.type === "restart");
  const isSame = change.object.kind === "Job" && workload !== undefined && isPartOf(own, ownLines(workload));
  const config = pods?.because.filter((reason) => reason.includes("(ConfigMap/")) ?? [];
  return [
    ...(isSame ? [`~ as in ${objectTitle(workload.object)}`] : own),
    ...edgeLines(edges),
    ...config.map((reason) => `~ reads ${reason}`),
    ...notes.map((note) => `! ${note}`),
  ];
}

function ownLines({ fields, pods }: ObjectChange): string[] {
  return fields.filter(({ path }) => path !== "spec.replicas" || pods?.type !== "scale").flatMap(fieldLines);
}

/** Whether a job changes for no other reason than the service's own container. */
function isPartOf(lines: readonly string[], others: readonly string[]): boolean {
  const inAny = (line: string): string => line.replaceAll(/ontainers\[[^\]]+\]/g, "ontainers[*]");
  const known = new Set(others.map(inAny));
  return lines.length > 0 && lines.every((line) => known.has(inAny(line)));
}
