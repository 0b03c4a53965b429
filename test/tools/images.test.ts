import assert from "node:assert/strict";
import { test } from "node:test";
import { type ImageEntry, withEntry } from "../../tools/layout/images.ts";
import { emitYaml } from "../../tools/lib/yaml.ts";
import {
  type ImagePolicy,
  deployedImage,
  formatImage,
  hostOf,
  normalizeName,
  parseImage,
} from "../../tools/model/image.ts";
import { kubectls, kustomize } from "../support/kubectl.ts";
import { skipWithout } from "../support/skip.ts";
import { inTemporaryFolder, writeTree } from "../support/temporary.ts";
import { parseYamlStream } from "../support/yaml.ts";

const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;
const OTHER = `sha256:${"fedcba9876543210".repeat(4)}`;

const PARTS: readonly (readonly [reference: string, name: string, tag: string | null, digest: string | null])[] = [
  ["redis", "redis", null, null],
  ["redis:7", "redis", "7", null],
  ["team/app:1.0-rc_1", "team/app", "1.0-rc_1", null],
  ["localhost:5000/app", "localhost:5000/app", null, null],
  ["localhost:5000/app:2", "localhost:5000/app", "2", null],
  ["quay.io:443/x/y/z:2", "quay.io:443/x/y/z", "2", null],
  [`redis@${DIGEST}`, "redis", null, DIGEST],
  [`host:5000/a/b:1@${DIGEST}`, "host:5000/a/b", "1", DIGEST],
  [`host:5000/a/b@${DIGEST}`, "host:5000/a/b", null, DIGEST],
];

for (const [reference, name, tag, digest] of PARTS)
  test(`${reference.slice(0, 40)} has these parts, and is made of them again`, () => {
    assert.deepEqual(parseImage(reference), { name, tag, digest });
    assert.equal(formatImage(parseImage(reference)), reference);
  });

for (const [name, normalized] of [
  ["redis", "docker.io/library/redis"],
  ["library/redis", "docker.io/library/redis"],
  ["team/app", "docker.io/team/app"],
  ["docker.io/library/redis", "docker.io/library/redis"],
  ["docker.io/redis", "docker.io/redis"],
  ["localhost/app", "localhost/app"],
  ["localhost:5000/app", "localhost:5000/app"],
  ["registry:5000/app", "registry:5000/app"],
  ["ghcr.io/a/b", "ghcr.io/a/b"],
  ["a.b/c", "a.b/c"],
] as const)
  test(`${name} is ${normalized} in full`, () => {
    assert.equal(normalizeName(name), normalized);
    assert.equal(hostOf(`${name}:1@${DIGEST}`), normalized.split("/")[0]);
  });

const HARBOR = { host: "harbor.shop.internal", mirror: true };
const GHCR = { host: "ghcr.io/shop" };

for (const [what, written, isBuilt, policy, deployed] of [
  ["built here, on a laptop", "shop/api:1.0", true, { isLocal: true, registry: HARBOR }, "shop/api:dev"],
  ["built here, elsewhere", "shop/api:1.0", true, { registry: GHCR }, "ghcr.io/shop/shop/api:1.0"],
  ["built here, without a registry", "shop/api:1.0", true, {}, "shop/api:1.0"],
  ["of others, not mirrored", "redis:7", false, { registry: GHCR }, "redis:7"],
  ["of others, mirrored", "redis:7", false, { registry: HARBOR }, "harbor.shop.internal/docker.io/library/redis:7"],
  [
    "of others with a host, mirrored",
    "quay.io:443/x/y:2",
    false,
    { registry: HARBOR },
    "harbor.shop.internal/quay.io:443/x/y:2",
  ],
  ["of others, on a laptop", "redis:7", false, { isLocal: true }, "redis:7"],
  ["locked, by tag", "redis:7", false, { lock: { "redis:7": { digest: DIGEST } } }, "redis:7"],
  [
    "locked, by digest",
    "redis:7",
    false,
    { pins: "digest", lock: { "redis:7": { digest: DIGEST } } },
    `redis:7@${DIGEST}`,
  ],
  ["not locked, by digest", "redis:7", false, { pins: "digest" }, "redis:7"],
  ["with a digest of its own", `redis:7@${OTHER}`, false, {}, `redis:7@${OTHER}`],
] as const)
  test(`an image ${what}, is deployed so`, () => {
    const usual: ImagePolicy = { isLocal: false, registry: null, pins: "tag", lock: {} };
    assert.equal(deployedImage(written, isBuilt, { ...usual, ...policy }), deployed);
  });

const IMAGES = [
  "redis",
  "redis:7",
  `redis@${DIGEST}`,
  `redis:7@${DIGEST}`,
  "docker.io/library/redis:7",
  "team/redis:7",
  "redis-cluster:7",
  "localhost:5000/redis:7",
  "localhost:5000/team/app",
  `localhost:5000/team/app:1@${DIGEST}`,
  "ghcr.io/a/b:1",
  "ghcr-io/a/b:1",
];

const ENTRIES: readonly ImageEntry[] = [
  "redis",
  "localhost:5000/team/app",
  "ghcr.io/a/b",
  "docker.io/library/redis",
].flatMap((name) => [
  { name, newName: "harbor:443/x" },
  { name, newTag: "9" },
  { name, digest: OTHER },
  { name, newName: "y", newTag: "1.0" },
  { name, newName: "y", digest: OTHER },
  { name, newTag: "9", digest: OTHER },
  { name, newName: "harbor/y", newTag: "9", digest: OTHER },
]);

const skip = skipWithout(kubectls().length > 0, "kubectl");

test("an entry of images: does what every kubectl makes of it", { skip }, async () => {
  await inTemporaryFolder((folder) => {
    writeTree(folder, treeOf(ENTRIES));
    for (const kubectl of kubectls())
      assertSame(parseYamlStream(kustomize(kubectl.path, folder)) as readonly Deployment[]);
  });
});

function assertSame(deployments: readonly Deployment[]): void {
  ENTRIES.forEach((entry, i) => {
    const deployment = deployments.find(({ metadata }) => metadata.name === `d${i}`);
    const found = deployment?.spec.template.spec.containers.map(({ image }) => image);
    const expected = IMAGES.map((image) => withEntry(image, entry));
    assert.deepEqual(found, expected, JSON.stringify(entry));
  });
}

interface Deployment {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } };
  };
}

/** One folder per entry: a kubectl for each would take a minute. */
function treeOf(entries: readonly ImageEntry[]): ReadonlyMap<string, string> {
  const containers = IMAGES.map((image, i) => ({ name: `c${i}`, image }));
  const folders = entries.flatMap((entry, i): [string, string][] => [
    [`${i}/kustomization.yaml`, emitYaml({ resources: ["deployment.yaml"], images: [entry] })],
    [
      `${i}/deployment.yaml`,
      emitYaml({
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: `d${i}` },
        spec: { template: { spec: { containers } } },
      }),
    ],
  ]);
  return new Map([["kustomization.yaml", emitYaml({ resources: entries.map((_, i) => String(i)) })], ...folders]);
}
