import { randomInt } from "node:crypto";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { type Finding, userError } from "../lib/errors.ts";
import type { Exec } from "../lib/exec.ts";
import { readText, writeAtomically } from "../lib/files.ts";
import { isObject } from "../lib/merge.ts";
import { emitYaml, parseYaml } from "../lib/yaml.ts";
import type { Model } from "../model/model.ts";
import type { SecretModel } from "../model/secret.ts";
import { isBuiltIn } from "../registry/vendored/scope.ts";
import { render } from "../render/render.ts";
import { type Kubectl, kubectlFailed } from "./kubectl.ts";
import type { LockedCluster } from "./context-lock.ts";
import { readSecretFiles } from "./secret-files.ts";
import { type ExistingSecrets, type SecretPlan, type SecretValues, planSecrets } from "./secrets-plan.ts";

/** What was done about Secrets, and what is wrong with the files that some are read from. */
export interface CreatedSecrets extends SecretPlan {
  readonly findings: readonly Finding[];
}

/** Namespaces first, then what is missing. What is done is what the plan says. */
export async function createSecrets(
  root: string,
  model: Model,
  cluster: LockedCluster,
  exec: Exec,
  progress: (message: string) => void,
): Promise<CreatedSecrets> {
  const environment = model.environment ?? "";
  progress(`context ${cluster.context}: ${cluster.evidence}`);
  await applyNamespaces(cluster.kubectl, model);
  const existing = await existingSecrets(cluster.kubectl, model.secrets);
  const absent = model.secrets.filter(({ namespace, name }) => !existing.has(`${namespace}/${name}`));
  const { values: given, findings } = await readSecretFiles(root, exec, absent);
  const plan = planSecrets(model.secrets, existing, await keptValues(root, environment), randomInt, given);
  await keepGenerated(root, environment, plan.kept);
  await applySecrets(cluster.kubectl, plan.create);
  return { ...plan, findings };
}

/**
 * The environment's namespaces and what belongs to them as a whole: a Secret needs its namespace. Applied as operators
 * apply them, so that a later `kubectl apply -k` finds its own annotations.
 */
async function applyNamespaces(kubectl: Kubectl, model: Model): Promise<void> {
  // Operators may come later than their objects' namespace: what they bring is left to the overlay.
  const objects = render(model).flatMap(({ home, object }) =>
    home === "namespaces" && isBuiltIn(object.apiVersion) ? [object] : [],
  );
  await succeed(kubectl, ["apply", "-f", "-"], list(objects));
}

async function existingSecrets(kubectl: Kubectl, secrets: readonly SecretModel[]): Promise<ExistingSecrets> {
  const found = new Map<string, SecretValues[string]>();
  for (const namespace of new Set(secrets.map((secret) => secret.namespace))) {
    const result = (await kubectl.json(["get", "secrets", "--namespace", namespace, "-o", "json"])) as {
      items: { metadata: { name: string }; data?: Record<string, string> }[];
    };
    for (const { metadata, data = {} } of result.items) found.set(`${namespace}/${metadata.name}`, decoded(data));
  }
  return found;
}

/** Values go through standard input: arguments can be read by every user of a machine. */
async function applySecrets(kubectl: Kubectl, create: SecretPlan["create"]): Promise<void> {
  if (create.length === 0) return;
  const objects = create.map(({ secret: { name, namespace, type }, values }) => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace },
    type,
    stringData: values,
  }));
  await succeed(kubectl, ["create", "-f", "-"], list(objects));
}

/** What earlier runs generated for this environment. */
async function keptValues(root: string, environment: string): Promise<SecretValues> {
  const path = keptPath(root, environment);
  const text = await readText(path);
  const value = text === null ? {} : parseYaml(text);
  if (isObject(value) && Object.values(value).every((keys) => isObject(keys))) return value as SecretValues;
  throw userError(
    "KEPT_SECRETS",
    path,
    "this file does not hold Secrets and their keys",
    "restore it; or remove it, and its values are generated anew",
  );
}

/** Mode 0600 in a folder that git ignores. Written before anything is created: a value that the cluster has is never lost. */
async function keepGenerated(root: string, environment: string, values: SecretValues): Promise<void> {
  if (Object.keys(values).length === 0) return;
  const path = keptPath(root, environment);
  await writeAtomically(join(root, ".slipway", ".gitignore"), "*\n");
  await writeAtomically(path, emitYaml(values), 0o600);
  await chmod(path, 0o600);
}

function keptPath(root: string, environment: string): string {
  return join(root, ".slipway", "secrets", `${environment}.yaml`);
}

function decoded(data: Readonly<Record<string, string>>): SecretValues[string] {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]),
  );
}

function list(items: readonly object[]): string {
  return JSON.stringify({ apiVersion: "v1", kind: "List", items });
}

async function succeed(kubectl: Kubectl, args: readonly string[], input: string): Promise<void> {
  const result = await kubectl.run(args, { input });
  if (result.exitCode !== 0) throw kubectlFailed(args, result.stderr);
}
