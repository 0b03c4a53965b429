import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { saveWhole } from "../dev/session.ts";
import { docker } from "../services/docker.ts";
import { provenCluster } from "./cluster.ts";

const run = promisify(execFile);

/** A platform for sessions on the real cluster, in a folder and a namespace of its own. */
export class OwnPlatform {
  readonly id: string;
  readonly root: string;

  constructor(prefix: string) {
    this.id = `${prefix}-${randomBytes(3).toString("hex")}`;
    this.root = mkdtempSync(join(tmpdir(), `${this.id}-`));
  }

  registry<Services extends object>(services: Services) {
    const { id } = this;
    return { name: id, namespaces: { [id]: {} }, environments: { local: { profile: "local" } }, services };
  }

  async write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.root, path)), { recursive: true });
    await saveWhole(this.root, path, text);
  }

  async kubectl(...args: string[]): Promise<string> {
    return (await run("kubectl", ["--namespace", this.id, ...args])).stdout.trim();
  }

  podsOf(service: string): Promise<string> {
    return this.kubectl("get", "pods", "-l", `app.kubernetes.io/name=${service}`, "-o", "name");
  }

  async removeFolder(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }

  /** Takes all of it away. */
  async remove(): Promise<void> {
    const { id } = this;
    await this.removeFolder();
    await run("kubectl", ["delete", "namespace", id, "--ignore-not-found", "--wait=false"]);
    const listed = ["--format", "{{.Repository}}:{{.Tag}}", "--filter", `reference=${id}/*`];
    const images = linesOf(await docker("images", ...listed));
    if (images.length > 0) await docker("rmi", "--force", ...images);
    const cluster = await provenCluster();
    await cluster.release();
    for (const { name } of cluster.nodes) await forgetIn(name, id);
  }
}

async function forgetIn(node: string, id: string): Promise<void> {
  const ctr = ["exec", node, "ctr", "-n", "k8s.io", "images"];
  const ours = linesOf(await docker(...ctr, "ls", "-q")).filter((name) => name.includes(`/${id}/`));
  if (ours.length > 0) await docker(...ctr, "rm", ...ours);
}

function linesOf(text: string): string[] {
  return text.split("\n").filter(Boolean);
}
