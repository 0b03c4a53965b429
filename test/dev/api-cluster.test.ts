import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import type { ContainerRef, KubeApi } from "../../dev/cluster/api/api.ts";
import { connectApi } from "../../dev/cluster/api/connect.ts";
import { ApiRefused, ConnectionRefused } from "../../dev/cluster/api/errors.ts";
import type { LockedCluster } from "../../tools/cluster/context-lock.ts";
import { kubectlFor } from "../../tools/cluster/kubectl.ts";
import { type RunningProgram, systemExec } from "../../tools/lib/exec.ts";
import { eventually } from "../services/docker.ts";
import {
  deleteNamespaces,
  kubectl,
  loadThirdPartyImages,
  provenCluster,
  skipWithoutCluster,
} from "../support/cluster.ts";

// The client against the real API server of a kind cluster, in a namespace of its own.

const skip = skipWithoutCluster();
const id = `api-${randomBytes(3).toString("hex")}`;
const signal = new AbortController().signal;
const folder = await mkdtemp(join(tmpdir(), "slipway-api-test-"));
const web: ContainerRef = { namespace: id, pod: "web", container: "web" };
let cluster: LockedCluster;
let api: KubeApi;

const POD = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web", namespace: id, labels: { app: "web" } },
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [
      {
        name: "web",
        image: "busybox:1.36",
        command: ["sh", "-c", "echo hello > /tmp/page && exec httpd -f -p 8080 -h /tmp"],
      },
    ],
  },
};

before(async () => {
  if (skip) return;
  cluster = await provenCluster();
  api = await connectApi(cluster);
  loadThirdPartyImages(cluster, ["busybox:1.36"]);
  await api.request("POST", "/api/v1/namespaces", { body: { metadata: { name: id } } });
  await eventually(async () => {
    const { status } = await api.request("POST", `/api/v1/namespaces/${id}/pods`, { body: POD });
    // Who was not answered in time may have made it all the same.
    assert.ok(status === 201 || status === 409, String(status));
  });
  kubectl(["wait", "--namespace", id, "--for=condition=Ready", "pod/web", "--timeout=60s"]);
});

after(async () => {
  await rm(folder, { recursive: true, force: true });
  if (skip) return;
  deleteNamespaces([id]);
  await api.close();
  await cluster.release();
});

const page = async (through: KubeApi, path = "/page"): Promise<string> => {
  const connection = await through.connect(web, 8080, signal);
  connection.write(`GET ${path} HTTP/1.0\r\n\r\n`);
  return text(connection);
};

test("an object's path is where it is", { skip }, async () => {
  const path = await api.pathOf({ apiVersion: "v1", kind: "Pod", namespace: id, name: "web" });
  const { status, body } = await api.request("GET", path ?? "");
  assert.equal(status, 200);
  assert.equal((body as typeof POD).metadata.name, "web");
  assert.equal((await api.request("GET", `${path}x`)).status, 404);
});

test("an apply is a request, and a field that does not exist is warned of", { skip }, async () => {
  const path = `/api/v1/namespaces/${id}/configmaps/settings`;
  const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" }, data: { a: "b" }, dta: 1 };
  const answer = await api.request("PATCH", path, {
    query: { fieldManager: "slipway", force: "true", fieldValidation: "Warn" },
    contentType: "application/apply-patch+yaml",
    body: { ...body, dta: undefined },
  });
  assert.equal(answer.status, 201);
  const merged = await api.request("PATCH", path, {
    query: { fieldValidation: "Warn" },
    contentType: "application/merge-patch+json",
    body: { dta: 1 },
  });
  assert.deepEqual(merged.warnings, ['unknown field \\"dta\\"']);
});

test("a watch tells what is there, and what changes", { skip }, async () => {
  const seen: string[] = [];
  const abort = new AbortController();
  const watching = api.watch(
    `/api/v1/namespaces/${id}/pods`,
    { labelSelector: "app=web" },
    {
      onList: () => seen.push("list"),
      onEvent: (type, object) => {
        const { kind, metadata } = object as typeof POD & { metadata: { labels: { touched?: string } } };
        seen.push(`${type} ${kind} ${metadata.name} ${metadata.labels.touched ?? ""}`.trim());
      },
    },
    abort.signal,
  );
  await eventually(async () => assert.deepEqual(seen, ["list", "ADDED Pod web"]));
  const body = { metadata: { labels: { touched: "yes" } } };
  await api.request("PATCH", `/api/v1/namespaces/${id}/pods/web`, {
    contentType: "application/merge-patch+json",
    body,
  });
  await eventually(async () => assert.ok(seen.includes("MODIFIED Pod web yes"), seen.join()));
  abort.abort();
  await watching;
});

test("a program runs in a container: input, both outputs, exit code", { skip }, async () => {
  const run = await api.exec(web, ["sh", "-c", "cat; echo oops >&2; exit 3"], signal);
  const bytes = randomBytes(3 * 2 ** 20).toString("hex");
  run.stdin.end(bytes);
  const [out, err, code] = await Promise.all([text(run.stdout), text(run.stderr), run.ended]);
  assert.ok(out === bytes, `${out.length} of ${bytes.length}`);
  assert.deepEqual([err, code], ["oops\n", 3]);
});

test("a program that is not there is an error, and so is a container that is not", { skip }, async () => {
  const run = await api.exec(web, ["no-such-program"], signal);
  await assert.rejects(run.ended, /no-such-program/);
  await assert.rejects(api.exec({ ...web, pod: "none" }, ["true"], signal), (error) => {
    return error instanceof ApiRefused && error.status === 404 && /"none" not found/.test(error.message);
  });
});

test("an aborted exec ends at once", { skip }, async () => {
  const abort = new AbortController();
  const run = await api.exec(web, ["sleep", "60"], abort.signal);
  abort.abort();
  await assert.rejects(run.ended, /connection/);
});

test("a connection to a port says what the program behind it says", { skip }, async () => {
  assert.match(await page(api), /200 OK[^]*hello/);
});

test("where nothing listens a connection is refused, and where no pod is", { skip }, async () => {
  const connection = await api.connect(web, 9, signal);
  connection.write("lost");
  const [error] = (await once(connection.resume(), "error")) as [unknown];
  assert.ok(error instanceof ConnectionRefused, String(error));
  assert.match(error.message, /^api-\S+\/web:9: connection refused$/);
  await assert.rejects(api.connect({ ...web, pod: "none" }, 8080, signal), ApiRefused);
});

const started: RunningProgram[] = [];

/** The session's kubeconfig with another user in it. */
async function actingAs(user: object): Promise<KubeApi> {
  const config = JSON.parse(await readFile(cluster.kubeconfigPath, "utf8")) as { users: { user: object }[] };
  const path = join(folder, "config");
  await writeFile(path, JSON.stringify({ ...config, users: [{ ...config.users[0], user }] }));
  const exec: typeof systemExec = {
    ...systemExec,
    async start(...args) {
      const program = await systemExec.start(...args);
      started.push(program);
      return program;
    },
  };
  return connectApi({ ...cluster, kubeconfigPath: path, kubectl: kubectlFor(exec, path, cluster.context) });
}

async function whoAmI(as: KubeApi): Promise<unknown> {
  const body = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
  const answer = await as.request("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", { body });
  return (answer.body as { status: { userInfo: { username: string } } }).status.userInfo.username;
}

test("a token, and the file of one, say who asks", { skip }, async () => {
  const token = kubectl(["create", "token", "default", "--namespace", id]).trim();
  const tokenFile = join(folder, "token");
  await writeFile(tokenFile, `${token}\n`);
  for (const user of [{ token }, { tokenFile }]) {
    const as = await actingAs(user);
    assert.equal(await whoAmI(as), `system:serviceaccount:${id}:default`);
    await as.close();
  }
});

test(
  "what only kubectl can do goes through its proxy: a credential plugin, exec, forwards, watches",
  { skip },
  async () => {
    const config = JSON.parse(await readFile(cluster.kubeconfigPath, "utf8")) as {
      users: { user: Record<string, string> }[];
    };
    const own = config.users[0]?.user ?? {};
    const credential = {
      apiVersion: "client.authentication.k8s.io/v1",
      kind: "ExecCredential",
      status: {
        clientCertificateData: Buffer.from(own["client-certificate-data"] ?? "", "base64").toString("utf8"),
        clientKeyData: Buffer.from(own["client-key-data"] ?? "", "base64").toString("utf8"),
      },
    };
    const file = join(folder, "credential");
    await writeFile(file, JSON.stringify(credential));
    const { apiVersion } = credential;
    const as = await actingAs({ exec: { apiVersion, command: "cat", args: [file], interactiveMode: "Never" } });
    try {
      assert.equal(await whoAmI(as), "kubernetes-admin");
      assert.match(await page(as), /200 OK[^]*hello/);
      const run = await as.exec(web, ["cat"], signal);
      run.stdin.end("through");
      assert.deepEqual([await text(run.stdout), await run.ended], ["through", 0]);
      const seen: string[] = [];
      const abort = new AbortController();
      const watcher = { onList: () => seen.push("list"), onEvent: () => seen.push("pod") };
      const watching = as.watch(`/api/v1/namespaces/${id}/pods`, {}, watcher, abort.signal);
      await eventually(async () => assert.deepEqual(seen, ["list", "pod"]));
      abort.abort();
      await watching;
    } finally {
      await as.close();
    }
    assert.equal(started.length, 1, "one proxy serves all");
    await started[0]?.ended;
  },
);
