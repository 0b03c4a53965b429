import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, mkdir, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { UserError } from "../../tools/lib/errors.ts";
import { eventually } from "../services/docker.ts";
import { skipWithoutCluster } from "../support/cluster.ts";
import { type SyncedPlatform, syncedPlatform } from "../support/synced-platform.ts";

// Files copied into real containers: of an ordinary image, of one without tar, and of one without a shell.

const skip = skipWithoutCluster();
const never = new AbortController().signal;
let platform: SyncedPlatform;

const MAIN = `const text = require("./text.js");
require("http").createServer((_, response) => response.end(text + " " + process.pid)).listen(8080);
`;
const small = {
  ports: { http: { containerPort: 8080 } },
  terminationGracePeriodSeconds: 1,
  resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "128Mi" } },
};
const HTTPD = ["/bin/httpd", "-f", "-p", "8080", "-h", "/www"];

const SERVICES = {
  web: {
    ...small,
    replicas: 2,
    develop: {
      command: ["node", "/app/src/main.js"],
      watch: [
        { action: "sync", path: "web/public", target: "/app/public" },
        {
          action: "sync+exec",
          path: "web/hook",
          target: "/app/hook",
          exec: { command: ["sh", "hook.sh"], workingDir: "/app/hook" },
        },
        { action: "sync+restart", path: "web/src", target: "/app/src", ignore: ["ignored"] },
      ],
    },
  },
  whole: { ...small, develop: { watch: [{ action: "sync+restart", path: "whole/src", target: "/app/src" }] } },
  toolless: { ...small, develop: { watch: [{ action: "sync", path: "toolless/www", target: "/www" }] } },
  shellless: {
    ...small,
    environments: { local: { securityContext: { container: { readOnlyRootFilesystem: false } } } },
    develop: { watch: [{ action: "sync", path: "shellless/www", target: "/www", initialSync: true }] },
  },
};

const FILES = {
  "web/Dockerfile": 'FROM node:22-slim\nCOPY src /app/src\nCOPY public /app/public\nCMD ["node", "/app/src/main.js"]\n',
  "web/src/main.js": MAIN,
  "web/src/text.js": 'module.exports = "one";\n',
  "web/public/a.txt": "a",
  "web/public/deep/b.txt": "b",
  "web/hook/hook.sh": "exit 0\n",
  "whole/Dockerfile": 'FROM node:22-slim\nCOPY src /app/src\nCMD ["node", "/app/src/main.js"]\n',
  "whole/src/main.js": MAIN,
  "whole/src/text.js": 'module.exports = "one";\n',
  "toolless/Dockerfile": `FROM busybox:1.36\nRUN rm /bin/tar /bin/head\nCOPY www /www\nCMD ${JSON.stringify(HTTPD)}\n`,
  "toolless/www/a.txt": "a",
  "shellless/Dockerfile": `FROM busybox:1.36 AS box\nFROM scratch\nCOPY --from=box /bin/busybox /bin/httpd\nCOPY www /www\nUSER 10001:10001\nCMD ${JSON.stringify(HTTPD)}\n`,
  "shellless/www/a.txt": "a",
};

before(async () => {
  if (!skip) platform = await syncedPlatform(SERVICES, FILES);
});
after(async () => {
  if (!skip) await platform.remove();
});

test("files are added, changed, deleted and renamed in every replica, with their modes", { skip }, async () => {
  const { write, root } = platform;
  await write("web/public/a.txt", "changed");
  await write("web/public/new/-odd 'name'\nline.txt", "odd");
  await write("web/public/run.sh", "#!/bin/sh\n", 0o755);
  await write("web/public/big.bin", randomBytes(10 * 2 ** 20));
  await symlink("a.txt", join(root, "web/public/link"));
  await rename(join(root, "web/public/deep/b.txt"), join(root, "web/public/c.txt"));
  const paths = ["a.txt", "new/-odd 'name'\nline.txt", "run.sh", "big.bin", "link", "deep/b.txt", "c.txt"];
  await sync("web", ...paths.map((path) => `web/public/${path}`));
  assertSame("web", "/app/public", "web/public");
  await rm(join(root, "web/public/new"), { recursive: true });
  await rm(join(root, "web/public/link"));
  await mkdir(join(root, "web/public/link"));
  await write("web/public/link/inside.txt", "a folder now");
  await chmod(join(root, "web/public/a.txt"), 0o755);
  await sync("web", "web/public/new", "web/public/link", "web/public/link/inside.txt", "web/public/a.txt");
  assertSame("web", "/app/public", "web/public");
});

test("many files of one folder arrive together", { skip }, async () => {
  const paths = Array.from({ length: 300 }, (_, i) => `web/public/many/${i}.txt`);
  for (const path of paths) await platform.write(path, path);
  await sync("web", ...paths);
  assertSame("web", "/app/public", "web/public");
});

test("a program is started again in place: new answer, same container", { skip }, async () => {
  const [first, second] = [await restarts("web"), await answers("web")];
  assert.match(second[0] ?? "", /^one \d+$/);
  await platform.write("web/src/text.js", 'module.exports = "two";\n');
  await sync("web", "web/src/text.js");
  await eventually(async () =>
    assert.deepEqual(
      (await answers("web")).map((text) => text.split(" ")[0]),
      ["two", "two"],
    ),
  );
  assert.deepEqual(await restarts("web"), first);
});

test("what is there already is not copied, and nothing is started again", { skip }, async () => {
  const before = await answers("web");
  await platform.write("web/src/text.js", 'module.exports = "two";\n');
  await sync("web", "web/src/text.js", "web/src/main.js");
  assert.deepEqual(await answers("web"), before);
});

test("a command is run in each replica, and its failure is told and no more", { skip }, async () => {
  await platform.write("web/hook/hook.sh", "touch /tmp/hooked\n");
  await sync("web", "web/hook/hook.sh");
  for (const pod of platform.podsOf("web")) platform.kubectl("exec", pod, "--", "ls", "/tmp/hooked");
  await platform.write("web/hook/hook.sh", "echo first; echo this is wrong >&2; exit 3\n");
  await sync("web", "web/hook/hook.sh");
  const told = platform.notices.splice(0).filter(({ code }) => code === "SYNC_EXEC");
  assert.deepEqual(
    told.map(({ message }) => message),
    ["sh hook.sh: this is wrong", "sh hook.sh: this is wrong"],
  );
});

test("a new pod and a restarted container get what was copied before", { skip }, async () => {
  const [pod = ""] = platform.podsOf("web");
  platform.kubectl("delete", pod, "--wait=true");
  platform.kubectl("rollout", "status", "deployment/web", "--timeout=120s");
  await eventually(async () => assertSame("web", "/app/public", "web/public"), 30_000);
  await eventually(async () => assert.match((await answers("web")).join(), /^two \d+,two \d+$/), 30_000);
  const [other = ""] = platform.podsOf("web");
  // Its program ends by itself, so the container does, with or before the shell that asked for it.
  platform.kubectl("exec", other, "--", "sh", "-c", "(sleep 0.5; kill -TERM 1) >/dev/null 2>&1 &");
  await eventually(async () => assert.ok((await restarts("web")).includes(1)), 30_000);
  await eventually(async () => assert.match((await answers("web")).join(), /^two \d+,two \d+$/), 30_000);
  assertSame("web", "/app/public", "web/public");
});

test("where only the image says what runs the whole container is started again, said once", { skip }, async () => {
  platform.notices.splice(0);
  for (const word of ["two", "three"]) {
    await platform.write("whole/src/text.js", `module.exports = "${word}";\n`);
    await sync("whole", "whole/src/text.js");
    await eventually(async () => assert.match((await answers("whole")).join(), new RegExp(`^${word} `)), 60_000);
  }
  assert.deepEqual(
    platform.notices.splice(0).map(({ code }) => code),
    ["SYNC_RESTART"],
  );
});

test("an image without tar and head gets its files as well", { skip }, async () => {
  await platform.write("toolless/www/a.txt", "changed");
  await platform.write("toolless/www/sub/big.bin", randomBytes(3 * 2 ** 20 + 17), 0o755);
  await sync("toolless", "toolless/www/a.txt", "toolless/www/sub/big.bin");
  assertSame("toolless", "/www", "toolless/www");
});

test("an image without a shell gets its files through the node", { skip }, async () => {
  await platform.write("shellless/www/a.txt", "changed");
  await platform.write("shellless/www/sub/b.txt", "b");
  await sync("shellless", "shellless/www/a.txt", "shellless/www/sub/b.txt");
  assert.deepEqual([await page("shellless", "/a.txt"), await page("shellless", "/sub/b.txt")], ["changed", "b"]);
  await rm(join(platform.root, "shellless/www/sub"), { recursive: true });
  await sync("shellless", "shellless/www/sub");
  assert.match(await page("shellless", "/sub/b.txt"), /404/);
});

test("nothing is copied into what ends again and again", { skip }, async () => {
  await platform.write("web/src/text.js", "this is no program\n");
  await sync("web", "web/src/text.js");
  const isCrashing = (): void =>
    assert.match(platform.kubectl("get", "pods", "-l", "app.kubernetes.io/name=web"), /CrashLoopBackOff/);
  await eventually(async () => isCrashing(), 60_000);
  await eventually(async () => {
    isCrashing();
    await assert.rejects(
      sync("web", "web/src/text.js"),
      (error) => error instanceof UserError && error.findings[0]?.code === "SYNC_CRASHING",
    );
  }, 60_000);
});

function sync(service: string, ...paths: string[]): Promise<void> {
  return platform.sync.sync(platform.step(service, ...paths), never);
}

/** Types, modes, link targets and contents of a folder, in every pod and here. */
function assertSame(service: string, folder: string, here: string): void {
  const list = `cd "$0" && find . -type f -exec stat -c '%a %n' {} + -exec sha256sum {} + | sort; find . -type l | while read -r l; do echo "$l $(readlink "$l")"; done`;
  const expected = execFileSync("sh", ["-c", list, join(platform.root, here)], { encoding: "utf8" });
  for (const pod of platform.podsOf(service)) {
    const lines = platform.kubectl("exec", pod, "-c", service, "--", "sh", "-c", list, folder).split("\n");
    const wanted = expected.split("\n");
    // Only what differs: the whole would be hundreds of lines.
    assert.deepEqual(
      lines.filter((line) => !wanted.includes(line)),
      wanted.filter((line) => !lines.includes(line)),
      pod,
    );
  }
}

async function restarts(service: string): Promise<number[]> {
  return platform.pods.of(service).map((pod) => pod.status?.containerStatuses?.[0]?.restartCount ?? -1);
}

function answers(service: string): Promise<string[]> {
  return Promise.all(platform.podsOf(service).map((pod) => pageOf(pod.slice("pod/".length), "/")));
}

async function page(service: string, path: string): Promise<string> {
  return pageOf((platform.podsOf(service)[0] ?? "").slice("pod/".length), path);
}

async function pageOf(pod: string, path: string): Promise<string> {
  const connection = await platform.api.connect({ namespace: platform.id, pod }, 8080, never);
  connection.write(`GET ${path} HTTP/1.0\r\n\r\n`);
  const answer = await text(connection);
  return /^HTTP\/1.[01] 200/.test(answer) ? (answer.split("\r\n\r\n")[1] ?? "") : answer;
}
