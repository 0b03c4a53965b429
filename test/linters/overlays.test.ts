import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { declaredExceptions } from "../../tools/policy/exceptions.ts";
import { kubectls } from "../support/kubectl.ts";
import { type Answer, answersTo, expectedExceptions } from "./answers.ts";
import { DECISIONS } from "./decisions.ts";
import * as linters from "./index.ts";
import { type Linter, type LinterFinding, skipWithoutLinters } from "./linter.ts";
import { type Rendered, overlays, renderOverlay } from "./rendered.ts";

// What other people's linters say of the overlays as kubectl renders them: nothing beyond the declared exceptions.

const LINTERS: readonly Linter[] = Object.values(linters);

const today = new Date().toISOString().slice(0, 10);
const folder = mkdtempSync(join(tmpdir(), "slipway-test-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const rendered = new Map<string, Promise<Rendered>>();
const found = new Map<string, Promise<readonly LinterFinding[]>>();
const lacks = kubectls().length > 0 ? [] : ["kubectl"];

for (const linter of LINTERS) {
  describe(linter.name, { skip: skipWithoutLinters([linter], ...lacks) }, () => {
    for (const { root, environment } of overlays())
      test(`finds nothing in ${join(root, "overlays", environment)} beyond its exceptions`, async () => {
        const overlay = await renderedOnce(root, environment);
        const findings = await foundOnce(linter, overlay);
        const unanswered = findings.filter((finding) => answers(finding, overlay).length === 0);
        assert.deepEqual(unanswered.map(inWords), []);
      });
  });
}

test(
  "every exception for a linter and every decision answers something",
  { skip: skipWithoutLinters(LINTERS, ...lacks) },
  async () => {
    const expected = new Set<string>(DECISIONS.map((decision) => inWordsOf(decision, ".")));
    const used = new Set<string>();
    for (const { root, environment } of overlays()) {
      const overlay = await renderedOnce(root, environment);
      for (const exception of expectedExceptions(overlay)) expected.add(inWordsOf(exception, root));
      for (const linter of LINTERS)
        for (const finding of await foundOnce(linter, overlay))
          for (const answer of answers(finding, overlay)) used.add(inWordsOf(answer, root));
    }
    const idle = [...expected].filter((words) => !used.has(words));
    assert.deepEqual(idle, [], "these answer nothing: nothing is wrong any more, or they are misspelt");
  },
);

function answers(finding: LinterFinding, overlay: Rendered): Answer[] {
  return answersTo(finding, overlay, declaredExceptions(overlay.inputs), DECISIONS, today);
}

function renderedOnce(root: string, environment: string): Promise<Rendered> {
  return once(rendered, join(root, "overlays", environment), (overlay) => {
    const own = join(folder, overlay);
    mkdirSync(own, { recursive: true });
    return renderOverlay(root, environment, own);
  });
}

function foundOnce(linter: Linter, overlay: Rendered): Promise<readonly LinterFinding[]> {
  return once(found, `${linter.name} ${overlay.name}`, () => linter.lint(overlay));
}

function once<T>(made: Map<string, Promise<T>>, key: string, make: (key: string) => Promise<T>): Promise<T> {
  const promise = made.get(key) ?? make(key);
  made.set(key, promise);
  return promise;
}

function inWords({ tool, id, namespace, object, message }: LinterFinding): string {
  return `${tool}/${id} ${namespace === null ? "" : `${namespace}/`}${object}: ${message}`;
}

function inWordsOf(answer: Answer, root: string): string {
  return "exception" in answer
    ? `${join(root, answer.where)} ${answer.exception.check}`
    : `decision on ${answer.check} ${answer.object ?? ""} ${answer.profiles?.join(" ") ?? ""}`.trim();
}
