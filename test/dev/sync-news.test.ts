import assert from "node:assert/strict";
import { test } from "node:test";
import { newNews } from "../../dev/sync/news.ts";
import { UserError, userError } from "../../tools/lib/errors.ts";

// Why something cannot be copied, and how often that is said.

const failed = (pod: string): UserError =>
  userError("SYNC_FAILED", "web", `files cannot be copied into ${pod}`, "give it mv");
const codes = (error: unknown): string[] => {
  assert.ok(error instanceof UserError);
  return error.findings.map(({ code }) => code);
};

test("what an image lacks is told once for each service, whatever its pod is called", () => {
  const news = newNews();
  assert.deepEqual(codes(news.of("web", failed("web-1"))), ["SYNC_FAILED"]);
  assert.deepEqual(codes(news.of("web", failed("web-2"))), []);
  assert.deepEqual(codes(news.of("api", failed("api-1"))), ["SYNC_FAILED"]);
  assert.deepEqual(codes(news.of("web", userError("SYNC_RESTART", "web", "nobody can", "say how"))), ["SYNC_RESTART"]);
});

test("other rules may have other reasons: then it is told again", () => {
  const news = newNews();
  news.of("web", failed("web-1"));
  news.forget();
  assert.deepEqual(codes(news.of("web", failed("web-2"))), ["SYNC_FAILED"]);
});

test("a program that crashes, and what nobody foresaw, are told each time", () => {
  const news = newNews();
  const crashing = userError("SYNC_CRASHING", "web", "it ends again and again", "look at its log");
  const bug = new Error("a bug");
  for (const error of [crashing, crashing, bug, bug]) assert.equal(news.of("web", error), error);
});
