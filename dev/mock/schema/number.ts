import type { JsonObject } from "../http/body.ts";

/** A number that the schema accepts: the first of the question that does, else one near its lower bound, else 1. */
export function numberFor(schema: JsonObject, question: string, index: number): number {
  const step = stepOf(schema);
  const least = bound(schema, "minimum", "exclusiveMinimum", step);
  const most = bound(schema, "maximum", "exclusiveMaximum", -step);
  const fits = (value: number) => value >= least && value <= most && isMultiple(value, step, schema);
  const asked = (question.match(/-?\d+(?:\.\d+)?/g) ?? []).map(Number).filter(fits);
  if (asked[index] !== undefined) return asked[index];
  const start = least > -Infinity ? least : Math.min(step === 1 ? 1 : step, most);
  return between(Math.ceil(rounded(start / step)) * step + index * step, schema, least, most, step);
}

// Where the schema allows any number, an exclusive bound still needs a distance to keep.
function stepOf({ type, multipleOf }: JsonObject): number {
  if (typeof multipleOf === "number" && multipleOf > 0)
    return type === "integer" && multipleOf % 1 !== 0 ? wholeStep(multipleOf) : multipleOf;
  return type === "integer" || (Array.isArray(type) && type.includes("integer")) ? 1 : 0.5;
}

function wholeStep(multipleOf: number): number {
  for (let times = 1; times <= 1000; times++)
    if (Number.isInteger(rounded(multipleOf * times))) return rounded(multipleOf * times);
  return 1;
}

function bound(schema: JsonObject, inclusive: string, exclusive: string, step: number): number {
  const values: number[] = [];
  if (typeof schema[inclusive] === "number") values.push(schema[inclusive]);
  if (typeof schema[exclusive] === "number") values.push(schema[exclusive] + step);
  // Draft 4: the exclusive bound is a flag beside the inclusive one.
  if (schema[exclusive] === true && typeof schema[inclusive] === "number") values.push(schema[inclusive] + step);
  return step > 0 ? Math.max(-Infinity, ...values) : Math.min(Infinity, ...values);
}

function isMultiple(value: number, step: number, { multipleOf }: JsonObject): boolean {
  return (typeof multipleOf !== "number" && step !== 1) || Number.isInteger(rounded(value / step));
}

function between(value: number, schema: JsonObject, least: number, most: number, step: number): number {
  if (value <= most) return rounded(value);
  if (typeof schema["multipleOf"] === "number" || step === 1) return rounded(Math.floor(rounded(most / step)) * step);
  if (least > most)
    return (numeric(schema, "exclusiveMinimum", "minimum") + numeric(schema, "exclusiveMaximum", "maximum")) / 2;
  return least > -Infinity ? (least + most) / 2 : most;
}

function numeric(schema: JsonObject, ...names: string[]): number {
  return Number(names.map((name) => schema[name]).find((value) => typeof value === "number") ?? 0);
}

function rounded(value: number): number {
  return Number(value.toPrecision(12));
}
