import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { freePort } from "../services/docker.ts";
import { skipWithoutCluster } from "../support/cluster.ts";
import { dev } from "../support/dev-process.ts";

// The loop's own cluster: made from what the registry says of it, with the controller that its routes need, taken away, and
// made again with the data that it had.

const skip = skipWithoutCluster();
const name = `made-${randomBytes(3).toString("hex")}`;
const root = await mkdtemp(join(tmpdir(), `${name}-`));
// kind makes a new cluster the current context: of a kubeconfig of this test's own.
const environment = { KUBECONFIG: join(root, "kubeconfig") };
const nodePort = await freePort();
// The version whose node image is there: that of the cluster that the other tests use.
const { serverVersion } = JSON.parse(
  skip ? "{}" : execFileSync("kubectl", ["version", "-o", "json"], { encoding: "utf8" }),
) as {
  readonly serverVersion?: { readonly gitVersion: string };
};
const version = serverVersion?.gitVersion.replace(/^v/, "") ?? "";

const kubectl = (...args: string[]): string =>
  execFileSync("kubectl", args, { encoding: "utf8", env: { ...process.env, ...environment } }).trim();
const slipway = (...args: string[]): ReturnType<typeof dev> => dev([...args, "--root", root], environment);
const starts = (): string => kubectl("exec", "--namespace", name, "deployment/web", "--", "cat", "/data/count");
/** The folder of the claim, on this machine. */
const kept = join(root, "data", name, "web-data");
/** Of this machine → of the node. */
const published = (): string =>
  execFileSync("docker", ["port", `${name}-control-plane`, "30080/tcp"], { encoding: "utf8" }).trim();

const registry = {
  name,
  namespaces: { [name]: {} },
  storageClasses: {
    kept: {
      provisioner: "rancher.io/local-path",
      parameters: { pathPattern: "{{ .PVC.Namespace }}/{{ .PVC.Name }}" },
    },
  },
  environments: {
    local: {
      profile: "local",
      ingress: { controller: "traefik", namespace: "way-in", labels: { app: "way-in" }, host: "localhost" },
      cluster: {
        kubernetesVersion: version,
        nodeLabels: { "ingress-ready": "true" },
        portMappings: [{ hostPort: nodePort, containerPort: 30080 }],
        extraMounts: [{ hostPath: "data", containerPath: "/var/local-path-provisioner" }],
        ingress: { files: ["cluster/middleware.yaml", "cluster/way-in.yaml"] },
      },
    },
  },
  services: {
    web: {
      image: `${name}/web:1`,
      build: { context: "web" },
      ports: { http: { containerPort: 8080 } },
      nodeSelector: { "ingress-ready": "true" },
      probes: { readiness: { tcpSocket: { port: "http" }, periodSeconds: 1 } },
      securityContext: { pod: { runAsUser: 65532 } },
      volumes: { data: { mountPath: "/data", size: "1Mi", storageClassName: "kept" } },
      // Without its prefix: for Traefik that is an object of a kind that no cluster knows by itself.
      routes: { page: { path: "/page", port: "http", stripPrefix: true } },
    },
  },
};

const middleware = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "middlewares.traefik.io" },
  spec: {
    group: "traefik.io",
    scope: "Namespaced",
    names: { kind: "Middleware", plural: "middlewares" },
    versions: [
      {
        name: "v1alpha1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
};

/** In place of a controller: it is Ready a moment after it has started. */
const wayIn = `
apiVersion: v1
kind: Namespace
metadata: { name: way-in }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: way-in, namespace: way-in }
spec:
  selector: { matchLabels: { app: way-in } }
  template:
    metadata: { labels: { app: way-in } }
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: way-in
          image: busybox:1.36
          command: [httpd, -f, -p, "8000"]
          readinessProbe: { tcpSocket: { port: 8000 }, initialDelaySeconds: 2, periodSeconds: 1 }
`;

const files = {
  "services.json": JSON.stringify(registry),
  "cluster/middleware.yaml": JSON.stringify(middleware),
  "cluster/way-in.yaml": wayIn,
  // Each start adds a line to what is there.
  "web/Dockerfile": `FROM busybox:1.36\nCMD ["sh", "-c", "echo start >>/data/count; exec httpd -f -p 8080 -h /data"]\n`,
};

before(async () => {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
});

after(async () => {
  if (!skip) execFileSync("kind", ["delete", "cluster", "--name", name], { stdio: "ignore" });
  await rm(root, { recursive: true, force: true });
});

test("a cluster is made where there is none, and its data outlives it", { skip, timeout: 400_000 }, async (t) => {
  await t.test("without it the loop says what there is not, and how to get it", async () => {
    await writeFile(environment.KUBECONFIG, "");
    const { exitCode, said } = await slipway("--once");
    assert.equal(exitCode, 1);
    assert.match(said, /--create-cluster/);
  });

  await t.test("--create-cluster makes it as the registry says, and brings the platform up", async () => {
    const { exitCode, said } = await slipway("--once", "--create-cluster");
    assert.equal(exitCode, 0, said);
    assert.equal(
      kubectl("get", "nodes", "-l", "ingress-ready=true", "-o", "jsonpath={.items[*].metadata.name}"),
      `${name}-control-plane`,
    );
    assert.equal(kubectl("get", "nodes", "-o", "jsonpath={.items[0].status.nodeInfo.kubeletVersion}"), `v${version}`);
    assert.equal(published(), `127.0.0.1:${nodePort}`);
    assert.equal(starts(), "start");
    assert.equal(await readFile(join(kept, "count"), "utf8"), "start\n");
    assert.match(said, /ready deployment\/way-in in way-in[^]*web +apply/, "the controller comes first");
    assert.doesNotMatch(said, /INGRESS_MISSING/);
    assert.match(kubectl("get", "middlewares", "--namespace", name, "-o", "name"), /middleware/);
  });

  await t.test("with it there, the flag changes nothing", async () => {
    const { exitCode, said } = await slipway("--once", "--create-cluster");
    assert.equal(exitCode, 0, said);
    assert.doesNotMatch(said, /INGRESS_MISSING/);
    assert.equal(starts(), "start");
  });

  await t.test("a session that misses the controller says so before all else, and how to get it", async () => {
    kubectl("delete", "namespace", "way-in");
    const { exitCode, said } = await slipway("--once");
    assert.equal(exitCode, 0, said);
    assert.match(said, /INGRESS_MISSING[^]*web +apply|INGRESS_MISSING[^]*web +ready/);
    const [, command = ""] = /fix: kubectl (.*?-f cluster\/way-in\.yaml)/.exec(said) ?? [];
    execFileSync("kubectl", command.split(" "), { cwd: root, env: { ...process.env, ...environment } });
    assert.equal(kubectl("get", "deployments", "--namespace", "way-in", "-o", "name"), "deployment.apps/way-in");
  });

  await t.test("`cluster create` says that it is there already", async () => {
    const { exitCode, said } = await slipway("cluster", "create");
    assert.equal(exitCode, 1);
    assert.match(said, /KIND_FAILED[^]*cluster delete|cluster delete[^]*KIND_FAILED/);
  });

  await t.test("`cluster delete` takes it away, and leaves the folder", async () => {
    const { exitCode, said } = await slipway("cluster", "delete");
    assert.equal(exitCode, 0, said);
    assert.match(said, /data stays/);
    assert.ok(!execFileSync("kind", ["get", "clusters"], { encoding: "utf8" }).split("\n").includes(name));
    assert.equal(await readFile(join(kept, "count"), "utf8"), "start\n");
  });

  await t.test("made again by `cluster create`, the platform finds its data", async () => {
    const created = await slipway("cluster", "create");
    assert.equal(created.exitCode, 0, created.said);
    const { exitCode, said } = await slipway("--once");
    assert.equal(exitCode, 0, said);
    assert.equal(starts(), "start\nstart");
  });
});
