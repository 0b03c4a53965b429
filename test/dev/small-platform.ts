import { after, before } from "node:test";
import { lockCluster } from "../../tools/cluster/context-lock.ts";
import { systemExec } from "../../tools/lib/exec.ts";
import { freePort } from "../services/docker.ts";
import { OwnPlatform } from "../support/own-platform.ts";

// A platform of two services on one base image, and one that stands on nothing of theirs, in a folder and a namespace of its
// own; the end of the test takes all of it away.

export const skip: string | false = await lockCluster({ exec: systemExec, root: ".", allowedContexts: [] }).then(
  (cluster) => cluster.release().then(() => false as const),
  (error: Error) => (process.env["CI"] ? false : `no local cluster: ${error.message}`),
);

const platform = new OwnPlatform("loop");
export const { id, root } = platform;
export const port = await freePort();
export const kubectl = (...args: string[]): Promise<string> => platform.kubectl(...args);
export const write = (path: string, text: string): Promise<void> => platform.write(path, text);
export const podsOf = (service: string): Promise<string> => platform.podsOf(service);

export const SERVER = 'FROM base\nCOPY page.html /www/\nCMD ["httpd", "-f", "-p", "8080", "-h", "/www"]\n';
const probes = { readiness: { httpGet: { path: "/page.html", port: "http" }, periodSeconds: 1 } };
const common = {
  ports: { http: { containerPort: 8080 } },
  probes,
  terminationGracePeriodSeconds: 1,
  resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "64Mi" } },
};
const built = (folder: string): object => ({ context: folder, additionalContexts: { base: "service:base" } });
export const REGISTRY = platform.registry({
  base: { kind: "Image", image: `${id}/base:1`, build: { context: "base" } },
  alone: { ...common, image: `${id}/alone:1`, build: { context: "alone" } },
  quiet: { ...common, image: `${id}/quiet:1`, build: built("quiet") },
  web: {
    ...common,
    image: `${id}/web:1`,
    build: built("web"),
    develop: { portForward: { http: port } },
    verify: { "has-a-page": { http: { port: "http", path: "/page.html" } } },
  },
});

before(async () => {
  await write("services.json", JSON.stringify(REGISTRY));
  await write("base/Dockerfile", "FROM busybox:1.36\nUSER 10001:10001\nCOPY motto.html /www/\n");
  await write("base/motto.html", "base");
  await write("alone/Dockerfile", SERVER.replace("FROM base", "FROM busybox:1.36\nUSER 10001:10001"));
  await write("alone/page.html", "alone");
  await write("web/Dockerfile", SERVER);
  await write("web/page.html", "one");
  await write("quiet/Dockerfile", SERVER);
  await write("quiet/page.html", "quiet");
});

after(() => (skip ? platform.removeFolder() : platform.remove()));
