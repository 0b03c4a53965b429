import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { type Forwards, portForwards } from "../../dev/cluster/port-forward.ts";
import type { ServiceTarget } from "../../dev/core/target.ts";
import { systemExec } from "../../tools/lib/exec.ts";
import { freePort } from "../services/docker.ts";
import { FakePods } from "../support/fake-pods.ts";
import { aService } from "./fixture.ts";

export const web = (localPort: number, containerPort = 8080): ServiceTarget =>
  aService("web", { namespace: "acme", forwards: [{ port: "http", containerPort, localPort }] });

/** A port of this machine that leads to pods of this process. */
export async function forwarded(t: TestContext): Promise<{ world: FakePods; port: number; forwards: Forwards }> {
  const world = new FakePods();
  const port = await freePort();
  const forwards = portForwards({
    api: world.api,
    pods: world.pods,
    revisions: world.revisions,
    starts: world.starts,
    exec: systemExec,
    dockerSocketPath: null,
  });
  t.after(async () => {
    await forwards.close();
    world.stop();
  });
  assert.deepEqual(await forwards.bind([web(port)]), []);
  return { world, port, forwards };
}
