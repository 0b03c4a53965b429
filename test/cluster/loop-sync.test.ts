import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type LoopRecord, Session, isReady, stepsOf } from "../dev/session.ts";
import { eventually, freePort } from "../services/docker.ts";
import { skipWithoutCluster } from "../support/cluster.ts";
import { OwnPlatform } from "../support/own-platform.ts";

// A session whose services have rules of develop.watch: each kind of them, one that cannot be followed, and drift meanwhile.

const skip = skipWithoutCluster();
const platform = new OwnPlatform("loopsync");
const { id } = platform;
const kubectl = (...args: string[]): Promise<string> => platform.kubectl(...args);
const ports = { web: await freePort(), sealed: await freePort() };
const REPAIR_MS = 5000;

const common = {
  ports: { http: { containerPort: 8080 } },
  probes: { readiness: { httpGet: { path: "/page.html", port: "http" }, periodSeconds: 1 } },
  terminationGracePeriodSeconds: 1,
  resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "128Mi" } },
};
const web = {
  ...common,
  image: `${id}/web:1`,
  build: { context: "web" },
  develop: {
    portForward: { http: ports.web },
    command: ["node", "/app/src/main.js"],
    watch: [
      { action: "sync", path: "web/public", target: "/app/public" },
      { action: "sync+restart", path: "web/src", target: "/app/src" },
      { action: "restart", path: "web/settings" },
      { action: "rebuild", path: "web/package.json" },
    ],
  },
};
// Its user may not write where the files are, and who may, from the node, does not write behind a link.
const sealed = {
  ...common,
  image: `${id}/sealed:1`,
  build: { context: "sealed" },
  securityContext: { container: { readOnlyRootFilesystem: false } },
  develop: {
    portForward: { http: ports.sealed },
    watch: [{ action: "sync", path: "sealed/www", target: "/www" }],
  },
};

/** What it answers says which page it reads, which word it was started with, which image it is, and which pod. */
const MAIN = `const { readFileSync } = require("node:fs");
const word = require("./word.js");
const { version } = JSON.parse(readFileSync("/app/package.json", "utf8"));
const answer = () => [readFileSync("/app/public/page", "utf8"), word, version, process.env.HOSTNAME].join(" ");
require("node:http").createServer((_, response) => response.end(answer())).listen(8080);
`;
const wordOf = (text: string): string => `module.exports = "${text}";\n`;
const versionOf = (text: string): string => `{ "version": "${text}" }\n`;

const FILES = {
  "services.json": JSON.stringify(platform.registry({ web, sealed })),
  "web/Dockerfile": 'FROM node:22-slim\nCOPY . /app\nCMD ["node", "/app/src/main.js"]\n',
  "web/package.json": versionOf("v1"),
  "web/public/page": "page-1",
  "web/settings/a": "1",
  "web/src/main.js": MAIN,
  "web/src/word.js": wordOf("word-1"),
  "sealed/Dockerfile":
    'FROM busybox:1.36\nCOPY www /pages\nRUN ln -s /pages /www\nCMD ["httpd", "-f", "-p", "8080", "-h", "/www"]\n',
  "sealed/www/page.html": "1",
};

before(async () => {
  if (!skip) for (const [path, text] of Object.entries(FILES)) await platform.write(path, text);
});
after(() => (skip ? platform.removeFolder() : platform.remove()));

test("a session that copies, and repairs what somebody else does", { skip, timeout: 900_000 }, async (t) => {
  const session = new Session(platform.root);
  t.after(() => session.child.kill("SIGKILL"));
  await session.next(0, isReady);
  const [first] = await shows("page-1 word-1 v1");

  await t.test("sync: the running program has the file, and nothing is built", async () => {
    const records = await session.save("web/public/page", "page-2", finished("sync web"));
    assert.deepEqual(stepsOf(records), ["sync web"]);
    assert.deepEqual(await shows("page-2 word-1 v1"), [first]);
  });

  await t.test("sync+restart: the program is started again with the file, in the same container", async () => {
    const records = await session.save("web/src/word.js", wordOf("word-2"), finished("sync web"));
    assert.deepEqual(stepsOf(records), ["sync web"]);
    assert.deepEqual(await shows("page-2 word-2 v1"), [first]);
    assert.equal(await restartsOf("web"), "0");
  });

  await t.test("a deleted Deployment is back as drawn within five seconds, and so is what was copied", async () => {
    const [before, uid, [old]] = [await drawn("web"), await uidOf("web"), await shows("page-2 word-2 v1")];
    const ms = await repaired(session, () => kubectl("delete", "deployment", "web"));
    t.diagnostic(`a deleted Deployment was back after ${ms} ms`);
    assert.notEqual(await uidOf("web"), uid);
    assert.equal(await drawn("web"), before);
    await shows("page-2 word-2 v1", old);
  });

  await t.test("a field that somebody changes is set back within five seconds", async () => {
    const before = await drawn("web");
    const ms = await repaired(session, () => kubectl("scale", "deployment", "web", "--replicas=3"));
    t.diagnostic(`a scaled Deployment was set back after ${ms} ms`);
    assert.equal(await drawn("web"), before);
  });

  await t.test("restart: another pod of the same image, with what was copied", async () => {
    const [old] = await shows("page-2 word-2 v1");
    const records = await session.save("web/settings/a", "2", isReady);
    assert.deepEqual(stepsOf(records), ["restart web", "observe web"]);
    const [pod] = await shows("page-2 word-2 v1", old);
    assert.notEqual(pod, old);
  });

  await t.test("rebuild: another image, which has everything", async () => {
    const records = await session.save("web/package.json", versionOf("v2"), isReady);
    assert.deepEqual(stepsOf(records), ["digest web", "build web", "deliver web", "apply web", "observe web"]);
    await shows("page-2 word-2 v2");
  });

  await t.test("where nothing can be copied the image is built, and why is said once", async () => {
    const start = session.records.length;
    for (const text of ["2", "3", "4"]) {
      const records = await session.save("sealed/www/page.html", text, isReady);
      assert.ok(
        records.some(({ type, stage }) => type === "step-failed" && stage === "sync"),
        text,
      );
      assert.deepEqual(stepsOf(records), ["digest", "build", "deliver", "apply", "observe"].map(of("sealed")));
      await answers("sealed", "/page.html", (page) => assert.equal(page, text));
    }
    const findings = session.records.slice(start).flatMap(({ findings: found = [], finding }) => [...found, finding]);
    assert.deepEqual(
      findings.flatMap((one) => one?.code ?? []),
      ["SYNC_FAILED"],
    );
  });

  session.child.kill("SIGINT");
  assert.equal(await session.exited, 130);
});

/** Makes drift; returns milliseconds until the loop had told and repaired it, and waits until all is Ready again. */
async function repaired(session: Session, act: () => Promise<unknown>): Promise<number> {
  const start = session.records.length;
  const startMs = Date.now();
  await act();
  const told = await session.next(start, ({ type }) => type === "drifted");
  assert.deepEqual([told.service, told.objects], ["web", [`Deployment/web in ${id}`]]);
  const applied = await session.next(start, finished("apply web"));
  const ms = Date.parse(applied.time) - startMs;
  assert.ok(ms <= REPAIR_MS, `${ms} ms`);
  await session.next(session.records.indexOf(applied), isReady);
  return ms;
}

function finished(step: string): (record: LoopRecord) => boolean {
  return (record) => stepsOf([record]).includes(step);
}

function of(subject: string): (stage: string) => string {
  return (stage) => `${stage} ${subject}`;
}

/** Waits until web answers so, from another pod than `not`; returns the pod. */
async function shows(text: string, not = ""): Promise<[pod: string]> {
  const answer = await answers("web", "/", (page) => {
    assert.equal(page.slice(0, page.lastIndexOf(" ")), text);
    assert.notEqual(page.split(" ").at(-1), not);
  });
  return [answer.split(" ").at(-1) ?? ""];
}

/** Through the session's own forward. */
async function answers(service: keyof typeof ports, path: string, check: (text: string) => void): Promise<string> {
  return eventually(async () => {
    const text = await (await fetch(`http://127.0.0.1:${ports[service]}${path}`)).text();
    check(text);
    return text;
  }, 60_000);
}

/** What we say of a Deployment; the rest is the cluster's. */
function drawn(name: string): Promise<string> {
  return kubectl("get", "deployment", name, "-o", "jsonpath={.metadata.labels} {.spec}");
}

function uidOf(name: string): Promise<string> {
  return kubectl("get", "deployment", name, "-o", "jsonpath={.metadata.uid}");
}

function restartsOf(service: string): Promise<string> {
  const path = "jsonpath={.items[*].status.containerStatuses[*].restartCount}";
  return kubectl("get", "pods", "-l", `app.kubernetes.io/name=${service}`, "-o", path);
}
