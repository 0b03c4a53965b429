import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DOCKERFILE, removed, sourceOf } from "./loop-platform.ts";

/** What people do without a loop, one after the other. */
export const BY_HAND = "`docker build`, `kind load docker-image`, `kubectl set image`, `kubectl rollout status`";

/** From a saved file until the roll-out is over; the pod is that of `kubectl create deployment`, with a probe. */
export function byHand(runs: number): readonly number[] {
  const name = `hand-${process.pid}`;
  const root = mkdtempSync(join(tmpdir(), `slipway-bench-${name}-`));
  const [cluster = ""] = run("kind", "get", "clusters").split("\n");
  const times: number[] = [];
  try {
    mkdirSync(join(root, "src"));
    writeFileSync(join(root, "package.json"), "{}\n");
    writeFileSync(join(root, "Dockerfile"), DOCKERFILE);
    for (let i = 0; i <= runs; i++) {
      const image = `${name}/web:${i}`;
      const startMs = performance.now();
      writeFileSync(join(root, "src/server.mjs"), sourceOf(`hand ${i}`));
      run("docker", "build", "--quiet", "--tag", image, root);
      run("kind", "load", "docker-image", image, "--name", cluster);
      if (i === 0) create(name, image);
      else run("kubectl", "set", "image", "--namespace", name, "deployment/web", `web=${image}`);
      run("kubectl", "rollout", "status", "--namespace", name, "deployment/web", "--timeout=60s");
      if (i > 0) times.push(performance.now() - startMs);
    }
  } finally {
    removed(root, name);
  }
  return times;
}

function create(name: string, image: string): void {
  run("kubectl", "create", "namespace", name);
  run("kubectl", "create", "deployment", "web", "--image", image, "--namespace", name);
  const probe = { httpGet: { path: "/", port: 8080 }, periodSeconds: 1 };
  const container = { name: "web", imagePullPolicy: "IfNotPresent", readinessProbe: probe };
  const patch = { spec: { template: { spec: { terminationGracePeriodSeconds: 1, containers: [container] } } } };
  run("kubectl", "patch", "deployment/web", "--namespace", name, "--patch", JSON.stringify(patch));
}

function run(program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
