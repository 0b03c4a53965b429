import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Session, isReady, stepsOf } from "../dev/session.ts";
import { eventually, freePort } from "../services/docker.ts";
import { skipWithoutCluster } from "../support/cluster.ts";
import { OwnPlatform } from "../support/own-platform.ts";

// Two images from one folder, as docs/loop.md has it under "Sharing a folder": a save builds those that it concerns.

const skip = skipWithoutCluster();
const platform = new OwnPlatform("shared");
const ports = { web: await freePort(), api: await freePort() };

const common = {
  ports: { http: { containerPort: 8080 } },
  probes: { readiness: { httpGet: { path: "/shared/text", port: "http" }, periodSeconds: 1 } },
  terminationGracePeriodSeconds: 1,
  resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "64Mi" } },
};
const sharing = (name: "web" | "api"): object => ({
  ...common,
  image: `${platform.id}/${name}:1`,
  build: { context: "services", dockerfile: `${name}/Dockerfile` },
  develop: { portForward: { http: ports[name] } },
});

before(async () => {
  if (skip) return;
  const alone = { ...common, image: `${platform.id}/alone:1`, build: { context: "alone" } };
  const services = { web: sharing("web"), api: sharing("api"), alone };
  await platform.write("services.json", JSON.stringify(platform.registry(services)));
  await platform.write("services/shared/text", "one");
  await platform.write("alone/shared/text", "one");
  await platform.write("alone/Dockerfile", dockerfileOf("shared"));
  for (const name of ["web", "api"]) {
    await platform.write(`services/${name}/text`, "one");
    await platform.write(`services/${name}/Dockerfile`, dockerfileOf("shared", name));
    await platform.write(`services/${name}/Dockerfile.dockerignore`, `*\n!shared\n!${name}\n`);
  }
});
after(() => (skip ? platform.removeFolder() : platform.remove()));

test("a file of a shared folder builds its users, one of a user that alone", { skip, timeout: 600_000 }, async (t) => {
  const session = new Session(platform.root);
  t.after(() => session.child.kill("SIGKILL"));
  await session.next(0, isReady);
  const pods = { api: await platform.podsOf("api"), alone: await platform.podsOf("alone") };

  await t.test("one of web's own", async () => {
    const records = await session.save("services/web/text", "two", isReady);
    const doneTo = (name: string): string[] => stepsOf(records).filter((step) => step.endsWith(` ${name}`));
    assert.deepEqual(doneTo("web"), chain("web"));
    // It has to be looked at, and is as it was.
    assert.deepEqual(doneTo("api"), ["digest api"]);
    assert.equal(await platform.podsOf("api"), pods.api);
    await shows("web", "/web/text", "two");
  });

  await t.test("one that both have", async () => {
    const records = await session.save("services/shared/text", "two", isReady);
    assert.deepEqual(stepsOf(records).toSorted(), [...chain("web"), ...chain("api")].toSorted());
    for (const name of ["web", "api"] as const) await shows(name, "/shared/text", "two");
    assert.equal(await platform.podsOf("alone"), pods.alone);
  });

  session.child.kill("SIGINT");
  assert.equal(await session.exited, 130);
});

function dockerfileOf(...folders: string[]): string {
  const copied = folders.map((folder) => `COPY ${folder} /www/${folder}\n`).join("");
  return `FROM busybox:1.36\n${copied}USER 10001:10001\nCMD ["httpd", "-f", "-p", "8080", "-h", "/www"]\n`;
}

function chain(name: string): string[] {
  return ["digest", "build", "deliver", "apply", "observe"].map((stage) => `${stage} ${name}`);
}

function shows(name: keyof typeof ports, path: string, text: string): Promise<void> {
  const url = `http://127.0.0.1:${ports[name]}${path}`;
  return eventually(async () => assert.equal(await (await fetch(url)).text(), text), 60_000);
}
