import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { connectEngine } from "../../dev/build/engine.ts";
import type { DeliverStep } from "../../dev/core/step.ts";
import type { ImageTarget } from "../../dev/core/target.ts";
import type { OpenDelivery } from "../../dev/delivery/cluster-type.ts";
import { clusterTypeOf } from "../../dev/delivery/select.ts";
import { eventually } from "../services/docker.ts";
import { provenCluster } from "./cluster.ts";

/** An image with a name of its own, of which new versions are built. */
export class VersionedImage {
  readonly repository: string;
  readonly folder = mkdtempSync(join(tmpdir(), "slipway-image-"));
  /** `docker.io/…/x`, as the nodes call it. */
  readonly nodeRepository: string;

  /** `largeMiB`: incompressible layers below the one that changes. */
  constructor(
    largeMiB: readonly number[] = [],
    from = "busybox:1.36",
    repository = `d${randomBytes(4).toString("hex")}/x`,
  ) {
    this.repository = repository;
    this.nodeRepository = `docker.io/${this.repository}`;
    largeMiB.forEach((size, i) => writeFileSync(join(this.folder, `large${i}`), randomBytes(size * 2 ** 20)));
    const copies = largeMiB.map((_, i) => `COPY large${i} /large${i}\n`).join("");
    writeFileSync(join(this.folder, "Dockerfile"), `FROM ${from}\n${copies}COPY change /change\n`);
  }

  /** Builds a version whose last layer holds `change`. */
  build(change: Buffer | string = randomBytes(2 ** 20), isLabelled = true): DeliverStep {
    writeFileSync(join(this.folder, "change"), change);
    const tag = `${this.repository}:${randomBytes(6).toString("hex")}`;
    const label = isLabelled ? ["--label", `slipway.dev/image=${this.repository}`] : [];
    execFileSync("docker", ["build", "--quiet", "--tag", tag, ...label, this.folder], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    const image = { name: "x", reference: `${this.repository}:dev` } as ImageTarget;
    return { type: "deliver", key: tag, subject: "x", image, tag };
  }

  /** Removes every version from the engine and from the nodes. */
  remove(nodes: readonly string[]): void {
    rmSync(this.folder, { recursive: true, force: true });
    const ours = dockerImages(`${this.repository}`);
    if (ours.length > 0) execFileSync("docker", ["rmi", "--force", ...ours], { stdio: "ignore" });
    for (const node of nodes) {
      const names = nodeImagesOf(node).filter(({ name }) => name.startsWith(`${this.nodeRepository}:`));
      const ids = nodeImagesOf(node).filter(
        ({ name, digest }) => name.startsWith("sha256:") && names.some((one) => one.digest === digest),
      );
      if (names.length > 0) ctr(node, "images", "rm", ...[...names, ...ids].map(({ name }) => name));
    }
  }
}

export function ctr(node: string, ...args: string[]): string {
  return execFileSync("docker", ["exec", node, "ctr", "-n", "k8s.io", ...args], { encoding: "utf8" });
}

export function nodeImagesOf(node: string): { readonly name: string; readonly digest: string }[] {
  return ctr(node, "images", "ls")
    .split("\n")
    .flatMap((line) => {
      const [, name, digest] = /^(\S+)\s+\S+\s+(sha256:\S+)/.exec(line) ?? [];
      return name !== undefined && digest !== undefined ? [{ name, digest }] : [];
    });
}

/** Of the names in a node that are `ours`, those that no pod could be started from. */
export function unusableIn(node: string, isOurs: (name: string) => boolean): string[] {
  const names = nodeImagesOf(node).flatMap(({ name }) => (isOurs(name) ? [`name==${name}`] : []));
  if (names.length === 0) return [];
  const lines = ctr(node, "images", "check", ...names)
    .split("\n")
    .slice(1)
    .filter(Boolean);
  return lines.filter((line) => !/ complete .*true\s*$/.test(line));
}

/** Names of a repository in the engine. */
export function dockerImages(repository: string): string[] {
  const text = execFileSync(
    "docker",
    ["images", "--format", "{{.Repository}}:{{.Tag}}", "--filter", `reference=${repository}`],
    {
      encoding: "utf8",
    },
  );
  return text.split("\n").filter(Boolean);
}

/** How often a session's program runs in a node. `pid`: of the session. */
export function openShells(node: string, pid = process.pid): number {
  const text = execFileSync("docker", ["exec", node, "ps", "-eo", "args"], { encoding: "utf8" });
  return text.split("\n").filter((line) => line.startsWith("sh -c set -f") && line.trimEnd().endsWith(`slipway-${pid}`))
    .length;
}

/** How a node stands to an image. */
export function statusIn(
  node: string,
  tag: string,
): {
  readonly isComplete: boolean;
  readonly isUnpacked: boolean;
  readonly hasDevName: boolean;
} {
  const [line = ""] = ctr(node, "images", "check", `name==docker.io/${tag}`).split("\n").slice(1);
  const names = nodeImagesOf(node);
  const digest = names.find(({ name }) => name === `docker.io/${tag}`)?.digest;
  const dev = names.find(({ name }) => name === `docker.io/${tag.split(":")[0]}:dev`)?.digest;
  return {
    isComplete: line.includes(" complete "),
    isUnpacked: /true\s*$/.test(line),
    hasDevName: digest !== undefined && dev === digest,
  };
}

/** Opens sessions of delivery of an image to the test cluster; all of it is gone after the test. */
export async function deliveriesOf(
  t: TestContext,
  image: VersionedImage,
): Promise<{ readonly node: string; readonly open: () => OpenDelivery }> {
  const cluster = await provenCluster();
  const engine = await connectEngine(cluster.dockerSocketPath ?? "");
  const nodes = cluster.nodes.map(({ name }) => name);
  const opened: OpenDelivery[] = [];
  t.after(async () => {
    await Promise.all(opened.map((delivery) => delivery.close()));
    await cluster.release();
    image.remove(nodes);
  });
  const open = (): OpenDelivery => {
    const delivery = clusterTypeOf(cluster).delivery(cluster, async () => engine);
    opened.push(delivery);
    return delivery;
  };
  return { node: nodes[0] ?? "", open };
}

/** The name of the overlays comes a moment after the delivery. */
export function isUsableByBothNames(node: string, tag: string): Promise<void> {
  const expected = { isComplete: true, isUnpacked: true, hasDevName: true };
  return eventually(async () => assert.deepEqual(statusIn(node, tag), expected));
}

/** As the kubelet's garbage collection does it. */
export function forgetIn(where: string, image: VersionedImage): void {
  const names = nodeImagesOf(where).filter(({ name }) => name.startsWith(`${image.nodeRepository}:`));
  const ids = nodeImagesOf(where).filter(
    ({ name, digest }) => name.startsWith("sha256:") && names.some((one) => one.digest === digest),
  );
  ctr(where, "images", "rm", "--sync", ...[...names, ...ids].map(({ name }) => name));
}
