import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { REGISTRY, id, kubectl, port, root, skip, write } from "../dev/small-platform.ts";
import { eventually } from "../services/docker.ts";
import { type PressedScreen, pressedScreen } from "../support/pressed-screen.ts";
import { type Terminal, inTerminal, skipPty } from "../support/pty.ts";

// The keys of a real session's screen, and what they promise: seen in the cluster, not on the screen alone.

const { base, web, quiet } = REGISTRY.services;
const command = ["sleep", "3600"];
const { ports: _, probes: __, ...short } = { ...quiet, command };
const PLATFORM = {
  ...REGISTRY,
  services: {
    base,
    web,
    agent: { ...quiet, kind: "DaemonSet" },
    once: { ...short, kind: "Job" },
    nightly: { ...short, kind: "CronJob", job: { schedule: "0 3 1 1 *" } },
  },
};
// What the last RUN leaves behind is another one each time that it runs.
const STAMPED = `FROM base
USER 0
RUN mkdir -p /www && cat /proc/sys/kernel/random/uuid > /www/stamp.html # ${id}
USER 10001:10001
COPY page.html /www/
CMD ["httpd", "-f", "-p", "8080", "-h", "/www"]
`;
const PATIENCE_MS = 300_000;

interface Pod {
  readonly metadata: { readonly uid: string; readonly deletionTimestamp?: string };
  readonly spec: { readonly containers: readonly { readonly image: string }[] };
  readonly status: { readonly phase: string; readonly conditions?: readonly { type: string; status: string }[] };
}

interface OpenSession {
  readonly terminal: Terminal;
  readonly screen: PressedScreen;
}

function open(t: TestContext): OpenSession {
  const terminal = inTerminal(`npm run --silent dev -- --root ${root}`, { NO_COLOR: "1" });
  t.after(() => terminal.kill());
  return { terminal, screen: pressedScreen(terminal) };
}

async function quit({ terminal }: OpenSession): Promise<void> {
  terminal.type("q");
  assert.equal(await terminal.exited, 130);
}

/** Tries for as long as a slow machine may take; one look at the cluster may take half a minute. */
function seen<Result>(look: () => Promise<Result>): Promise<Result> {
  return eventually(look, PATIENCE_MS, 30_000);
}

async function podsOf(service: string): Promise<readonly Pod[]> {
  const text = await kubectl("get", "pods", "-l", `app.kubernetes.io/name=${service}`, "-o", "json");
  return (JSON.parse(text) as { readonly items: readonly Pod[] }).items;
}

interface Seen {
  readonly uid: string;
  readonly image: string;
}

/** The only pod of a service, once no other is left and it serves. */
async function onlyPod(service: string): Promise<Seen> {
  const [pod, ...others] = await podsOf(service);
  assert.ok(pod && others.length === 0, `${others.length} pods too many`);
  assert.equal(pod.metadata.deletionTimestamp, undefined);
  assert.ok(pod.status.conditions?.some(({ type, status }) => type === "Ready" && status === "True"));
  return { uid: pod.metadata.uid, image: pod.spec.containers[0]?.image ?? "" };
}

/** The same, once it is another one than before. */
async function nextPod(service: string, before: Seen): Promise<Seen> {
  const pod = await onlyPod(service);
  assert.notEqual(pod.uid, before.uid);
  return pod;
}

async function text(path: string): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/${path}`);
  assert.equal(answer.status, 200);
  return (await answer.text()).trim();
}

async function spec(kind: string): Promise<{ readonly replicas?: number; readonly suspend?: boolean }> {
  const found = await kubectl("get", kind, "-o", "json");
  const { items } = JSON.parse(found) as { readonly items: readonly { readonly spec: object }[] };
  assert.equal(items.length, 1);
  return items[0]?.spec ?? {};
}

test("the keys of a session do what they promise", { skip: skip || skipPty, timeout: 1_200_000 }, async (t) => {
  await write("services.json", JSON.stringify(PLATFORM));
  await write("web/Dockerfile", STAMPED);
  const session = open(t);
  const { terminal, screen } = session;
  await screen.shows(/^.{4}web +ready/);
  const first = await seen(() => onlyPod("web"));
  const stamp = await seen(() => text("stamp.html"));

  await t.test("p: what is saved waits until it is pressed again", async () => {
    terminal.type("p");
    await screen.shows(/paused · /);
    await write("web/page.html", "two");
    await screen.shows(/^.{4}web +paused/);
    // Told after the first one was: there was time enough to begin something.
    await write("web/page.html", "three");
    await write("web/Dockerfile", `${STAMPED}# the end\n`);
    await screen.shows(/^web +saved .*web\/Dockerfile/);
    assert.deepEqual([await onlyPod("web"), await text("page.html")], [first, "one"]);
    assert.match(screen.rows()[0] ?? "", /paused · /);
    terminal.type("p");
    await seen(async () => assert.equal(await text("page.html"), "three"));
    await seen(() => nextPod("web", first));
  });

  await t.test("d: no pods, and pods again", async () => {
    await screen.press("web", "d");
    await seen(async () => assert.deepEqual(await podsOf("web"), []));
    await screen.shows(/^▸ - web +disabled/);
    assert.equal((await spec("deployment")).replicas, 0);
    await screen.press("web", "d");
    await seen(() => onlyPod("web"));
    await seen(async () => assert.equal(await text("page.html"), "three"));
  });

  for (const [service, kind] of [
    ["agent", "DaemonSet"],
    ["once", "Job"],
  ] as const)
    await t.test(`d: no pods, and pods again, of a ${kind}`, async () => {
      const before = await seen(() => somePods(service));
      await screen.press(service, "d");
      await seen(async () => assert.deepEqual(await podsOf(service), []));
      await screen.shows(new RegExp(`^▸ - ${service} +disabled`));
      await screen.press(service, "d");
      const after = await seen(() => somePods(service));
      assert.deepEqual(
        after.filter((uid) => before.includes(uid)),
        [],
      );
    });

  await t.test("d: a CronJob is suspended, and goes on", async () => {
    await screen.shows(/^.{4}nightly +ready/);
    await screen.press("nightly", "d");
    await seen(async () => assert.equal((await spec("cronjob")).suspend, true));
    await screen.shows(/^▸ - nightly +disabled/);
    await screen.press("nightly", "d");
    await seen(async () => assert.ok(!(await spec("cronjob")).suspend));
  });

  await t.test("s: another pod of the same image", async () => {
    const before = await seen(() => onlyPod("web"));
    await screen.press("web", "s");
    const after = await seen(() => nextPod("web", before));
    assert.equal(after.image, before.image);
    await screen.shows(/^.{4}web +ready/);
  });

  const ordinary = await seen(() => onlyPod("web"));
  const stamps = new Set([stamp]);
  const anew = async (on: PressedScreen): Promise<void> => {
    const [known, before] = [stamps.size, await seen(() => onlyPod("web"))];
    await on.press("web", "r");
    const after = await seen(() => nextPod("web", before));
    assert.notEqual(after.image, before.image);
    await seen(async () => assert.ok(stamps.add(await text("stamp.html")).size > known));
  };

  await t.test("r: the image is built anew", async () => {
    assert.equal(await text("stamp.html"), stamp, "until now the cache answered");
    await anew(screen);
    await quit(session);
  });

  await t.test("r in the next session: it begins with the content's image, and builds its own anew", async () => {
    const next = open(t);
    await next.screen.shows(/^.{4}web +ready/);
    await seen(async () => assert.equal((await onlyPod("web")).image, ordinary.image));
    assert.equal(await seen(() => text("stamp.html")), stamp);
    await anew(next.screen);
    assert.equal(stamps.size, 3);
    await quit(next);
  });
});

/** Ids of a service's pods, once there are some and all of them run. */
async function somePods(service: string): Promise<readonly string[]> {
  const pods = await podsOf(service);
  assert.ok(pods.length > 0);
  assert.ok(pods.every(({ metadata, status }) => status.phase === "Running" && !metadata.deletionTimestamp));
  return pods.map(({ metadata }) => metadata.uid);
}
