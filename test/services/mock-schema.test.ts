import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { stringMatching } from "../../dev/mock/schema/pattern.ts";
import { sample } from "../../dev/mock/schema/sample.ts";

describe("values for a JSON Schema", () => {
  const subject = { question: 'Is it 7 or 12 in "Cape Town", by the Blue Harbour?', answer: "It is seven." };
  const valid = (schema: object) => {
    const value = sample(schema, subject);
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    assert.ok(
      ajv.validate(schema, value),
      `${JSON.stringify(schema)} does not accept ${JSON.stringify(value)}: ${ajv.errorsText()}`,
    );
    return value;
  };

  test("take words and numbers from the question", () => {
    const schema = {
      type: "object",
      properties: {
        city: { type: "string" },
        hour: { type: "integer", minimum: 8 },
        answer: { type: "string" },
        query: { type: "string" },
      },
    };
    assert.deepEqual(valid(schema), { city: "Cape Town", hour: 12, answer: subject.answer, query: subject.question });
  });

  test("follow references, alternatives and what must all hold", () => {
    const schema = {
      $defs: {
        node: {
          type: "object",
          properties: { name: { type: "string" }, next: { anyOf: [{ type: "null" }, { $ref: "#/$defs/node" }] } },
          required: ["name", "next"],
        },
      },
      allOf: [{ $ref: "#/$defs/node" }, { properties: { name: { minLength: 3, maxLength: 5 } } }],
    };
    valid(schema);
    valid({ oneOf: [{ type: "integer", multipleOf: 5, minimum: 3 }, { type: "string" }] });
    valid({ type: ["null", "string"], maxLength: 3 });
    valid({ type: "array", items: { type: "integer" }, uniqueItems: true, minItems: 5 });
    valid({ type: "array", items: { enum: ["a", "b", "c"] }, uniqueItems: true, minItems: 3 });
    valid({ type: "array", prefixItems: [{ type: "string" }, { type: "boolean" }], items: false });
  });

  const number = fc
    .record({
      type: fc.constantFrom("integer", "number"),
      low: fc.integer({ min: -1000, max: 1000 }),
      span: fc.integer({ min: 2, max: 500 }),
      exclusive: fc.boolean(),
    })
    .map(({ type, low, span, exclusive }) => ({
      type,
      ...(exclusive ? { exclusiveMinimum: low, exclusiveMaximum: low + span } : { minimum: low, maximum: low + span }),
    }));
  const text = fc
    .record({ least: fc.nat(20), span: fc.nat(20) })
    .map(({ least, span }) => ({ type: "string", minLength: least, maxLength: least + span }));
  const leaf = fc.oneof(
    number,
    text,
    fc.constantFrom(
      { type: "boolean" },
      { type: "null" },
      { const: 3 },
      { enum: ["x", 2] },
      { type: "integer", multipleOf: 7 },
      {},
    ),
  );
  const { schema } = fc.letrec<{ schema: object }>((tie) => ({
    schema: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      leaf,
      fc
        .dictionary(fc.constantFrom("name", "query", "count", "__proto__x", "inner value"), tie("schema"), {
          noNullPrototype: true,
        })
        .chain((properties) =>
          fc
            .subarray(Object.keys(properties))
            .map((required) => ({ type: "object", properties, required, additionalProperties: false })),
        ),
      fc.record({ items: tie("schema"), minItems: fc.nat(3) }).map((array) => ({ type: "array", ...array })),
      tie("schema").map((one) => ({ anyOf: [{ type: "null" }, one] })),
      tie("schema").map((one) => ({ allOf: [one] })),
    ),
  }));
  test("are accepted by a validator, for any schema of these words", () => {
    fc.assert(
      fc.property(schema, (one) => void valid(one)),
      { numRuns: 150 },
    );
  });

  const patterns = [
    "^[A-Z]{2}-\\d{4}$",
    "^(?:red|green)$",
    "^[^@\\s]+@[^@\\s]+\\.[a-z]{2,}$",
    "^\\+?[0-9 ]{7,15}$",
    "^(?<year>\\d{4})-(0[1-9]|1[0-2])$",
    "^a?b*c+$",
    "^.{3}$",
    "^$",
    "\\bword\\b",
  ];
  for (const pattern of patterns) {
    test(`a text for the pattern ${pattern}`, () => {
      assert.match(stringMatching(pattern), new RegExp(pattern, "u"));
      valid({ type: "string", pattern });
    });
  }
  test("a pattern that is none is passed over", () => {
    assert.equal(sample({ type: "string", pattern: "[" }, subject), "Cape Town");
    assert.match(String(sample({ type: "string", pattern: "^\\-[^\\-]$" }, subject)), /^-[^-]$/);
  });
  test("a pattern and a length together", () => void valid({ type: "string", pattern: "^[a-z]+$", minLength: 12 }));
});
