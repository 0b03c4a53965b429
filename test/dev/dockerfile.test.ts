import assert from "node:assert/strict";
import { test } from "node:test";
import { findInstruction, substituteContexts } from "../../dev/build/dockerfile.ts";
import { failureOf } from "../../dev/build/failure.ts";
import { buildReader } from "../../dev/build/progress.ts";
import { parseDockerfile } from "../../tools/sources/dockerfile.ts";

const images = new Map([["base", "acme/base:3f2a"]]);

for (const [name, written, want] of [
  ["FROM", "FROM base", "FROM acme/base:3f2a"],
  [
    "FROM with a platform and a stage",
    "from --platform=$BUILDPLATFORM base AS build",
    "from --platform=$BUILDPLATFORM acme/base:3f2a AS build",
  ],
  [
    "COPY --from",
    "FROM scratch\nCOPY --chown=1:1 --from=base /a /b",
    "FROM scratch\nCOPY --chown=1:1 --from=acme/base:3f2a /a /b",
  ],
  [
    "COPY --from on a continuation line",
    "FROM scratch\nCOPY \\\n  --from=base \\\n  /a /b",
    "FROM scratch\nCOPY \\\n  --from=acme/base:3f2a \\\n  /a /b",
  ],
  [
    "RUN --mount",
    "FROM x\nRUN --mount=type=bind,from=base,target=/b ls",
    "FROM x\nRUN --mount=type=bind,from=acme/base:3f2a,target=/b ls",
  ],
  ["a name that only begins so", "FROM base-two", "FROM base-two"],
  ["a tag of another image", "FROM base:1", "FROM base:1"],
  ["an earlier stage of that name comes first", "FROM x AS base\nFROM base", "FROM x AS base\nFROM base"],
  ["a stage that takes the name afterwards", "FROM base AS base\nFROM base", "FROM acme/base:3f2a AS base\nFROM base"],
  ["a command that looks like it", "FROM x\nRUN fetch --from=base", "FROM x\nRUN fetch --from=base"],
  ["a comment", "# FROM base\nFROM x", "# FROM base\nFROM x"],
  [
    "a here-document",
    "FROM x\nCOPY <<EOF /a\nFROM base\nEOF\nCOPY --from=base a b",
    "FROM x\nCOPY <<EOF /a\nFROM base\nEOF\nCOPY --from=acme/base:3f2a a b",
  ],
] as const)
  test(`a named context is replaced in ${name}`, () => assert.equal(substituteContexts(written, images), want));

test("an instruction knows its lines, continuations and comments in between included", () => {
  const found = parseDockerfile('# a\nFROM x\n\nRUN one && \\\n  # why\n  two\nCMD ["x"]\n');
  assert.deepEqual(
    found.map(({ text, firstLine, lastLine }) => [text, firstLine, lastLine]),
    [
      ["FROM x", 2, 2],
      ["RUN one && two", 4, 6],
      ['CMD ["x"]', 7, 7],
    ],
  );
  assert.equal(findInstruction("FROM x\nRUN npm ci", "[2/2] RUN npm ci")?.firstLine, 2);
});

const DOCKERFILE = "FROM node:22-slim\nCOPY package.json ./\nRUN npm ci --omit=dev\n";

for (const [name, error, output, where, message] of [
  [
    "a command",
    'process "/bin/sh -c npm ci --omit=dev" did not complete successfully: exit code: 1',
    ["npm error code EUSAGE", "npm error A complete log of this run can be found in: /x"],
    "core/Dockerfile:3",
    "RUN npm ci --omit=dev exited with code 1: npm error code EUSAGE",
  ],
  [
    "a missing file",
    'failed to compute cache key: failed to calculate checksum of ref a::b: "/package.json": not found',
    [],
    "core/Dockerfile:2",
    'COPY package.json ./: "package.json" is not in the build context',
  ],
  [
    "a missing image",
    "node:22-slim: failed to resolve source metadata for docker.io/library/node:22-slim: no such host",
    [],
    "core/Dockerfile:1",
    "the image node:22-slim is neither here nor to be had: no such host",
  ],
  [
    "a misspelt instruction",
    "dockerfile parse error on line 3: unknown instruction: RUM (did you mean RUN?)",
    [],
    "core/Dockerfile:3",
    "unknown instruction: RUM (did you mean RUN?)",
  ],
  ["a missing stage", 'target stage "tset" could not be found', [], "core/Dockerfile", 'there is no stage "tset"'],
  ["anything else", "something new\nthat nobody knows", [], "core/Dockerfile", "that nobody knows"],
] as const)
  test(`a failed build is one line that names its cause: ${name}`, () => {
    const finding = failureOf({ error, output }, "core/Dockerfile", DOCKERFILE);
    assert.equal(finding?.code, "BUILD_FAILED");
    assert.deepEqual([finding?.where, finding?.message], [where, message]);
    assert.notEqual(finding?.fix, "");
  });

test("a build that succeeded has no failure", () =>
  assert.equal(failureOf({ error: null, output: ["error: not really"] }, "x", ""), null));

test("the engine's answer is read: what failed, and what that printed", () => {
  const reader = buildReader();
  // A StatusResponse with a vertex (digest "a", name "RUN x", error "bad") and a log line each of the vertices "b" and "a".
  const vertex = field(1, Buffer.concat([field(1, "a"), field(3, "RUN x"), field(7, "bad")]));
  const log = (of: string, text: string): Buffer =>
    field(3, Buffer.concat([field(1, of), Buffer.from([3 << 3, 1]), field(4, text)]));
  reader.line(
    JSON.stringify({
      id: "moby.buildkit.trace",
      aux: Buffer.concat([vertex, log("b", "other\n"), log("a", "one\ntwo\n")]).toString("base64"),
    }),
  );
  reader.line("not json");
  reader.line(JSON.stringify({ errorDetail: { message: "bad" }, error: "bad" }));
  assert.deepEqual(reader.report(), { error: "bad", output: ["one", "two"] });
});

/** A length-delimited protobuf field. */
function field(number: number, content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
}
