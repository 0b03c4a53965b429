import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { listeningInodes, parseLsof } from "../../dev/cluster/port-forward-holder.ts";
import { UserError } from "../../tools/lib/errors.ts";
import { freePort } from "../services/docker.ts";
import { forwarded, web } from "./forwarded.ts";

async function otherProcess(t: TestContext, port: number, host: string): Promise<number> {
  const code = `require("net").createServer().listen(${port}, "${host}", () => console.log("on"))`;
  const child = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => child.kill());
  await once(child.stdout, "data");
  return child.pid ?? 0;
}

test("every port that is taken is told, and by whom; the others are bound", async (t) => {
  const { forwards, port: bound } = await forwarded(t);
  const [one, two] = [await freePort(), await freePort()];
  const pids = [await otherProcess(t, one, "127.0.0.1"), await otherProcess(t, two, "0.0.0.0")];
  const error = await forwards.bind([web(one), web(two), web(bound)]).catch((problem: unknown) => problem);
  assert.ok(error instanceof UserError);
  assert.deepEqual(
    error.findings.map(({ code, where, fix }) => [code, where, fix]),
    [one, two].map((port, n) => [
      "PORT_TAKEN",
      `localhost:${port}`,
      `kill ${pids[n]}; or change services.web.develop.portForward`,
    ]),
  );
  assert.equal(
    error.findings[0]?.message,
    `port ${one} of this machine is taken by node (pid ${pids[0]}), and web is to be reached through it (port http)`,
  );
});

test("who has the port of ::1 only is told, once, and stops nothing", async (t) => {
  const { forwards } = await forwarded(t);
  const port = await freePort();
  const pid = await otherProcess(t, port, "::1");
  const [finding] = await forwards.bind([web(port)]);
  assert.deepEqual([finding?.code, finding?.severity], ["PORT_SHADOWED", "warning"]);
  assert.match(finding?.message ?? "", new RegExp(`node \\(pid ${pid}\\)`));
  assert.deepEqual(await forwards.bind([web(port)]), []);
});

test("a port below 1024 that the system keeps for root is said to be that", async (t) => {
  const { forwards } = await forwarded(t);
  // Root may bind any port: for this question the test is somebody else.
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.("nobody");
  try {
    await assert.rejects(forwards.bind([web(81)]), (error) => {
      return error instanceof UserError && error.findings[0]?.code === "PORT_FORBIDDEN";
    });
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
});

test("listeners are found in what Linux and lsof say", () => {
  const table = [
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
    "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0000000072b1244c 100 0 0 10 0",
    "   1: 0100007F:1F90 0100007F:A0B1 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0000000072b1244d 100 0 0 10 0",
    "   2: 00000000000000000000000001000000:01BB 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4713 1",
  ].join("\n");
  assert.deepEqual(listeningInodes(table, 8080), ["4711"]);
  assert.deepEqual(listeningInodes(table, 443), ["4713"]);
  assert.deepEqual(listeningInodes(table, 80), []);
  assert.deepEqual(parseLsof(`p${process.pid}\ncnode\nf20\np812\ncControlCenter\nf9\nf10\n`), {
    pid: 812,
    command: "ControlCenter",
  });
  assert.equal(parseLsof(""), null);
});
