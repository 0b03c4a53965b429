import { byCodePoint } from "../lib/merge.ts";
import type { Model } from "../model/model.ts";
import type { SecretModel } from "../model/secret.ts";
import { markdownTable, shellBlock } from "./markdown.ts";

/** The Secrets of an environment: which, who gives them, and the commands that make those that are not there. */
export function secretsSection(model: Model): string[] {
  const { secrets, environment, platform } = model;
  if (secrets.length === 0) return [];
  const rows = secrets.map((secret) => [
    secret.namespace,
    `\`${secret.name}\``,
    Object.keys(secret.keys)
      .map((key) => `\`${key}\``)
      .join(", "),
    secret.type,
    giverOf(secret, model),
    secret.readers.join(", "),
  ]);
  const folder = `$HOME/.${platform}-${environment}`;
  return [
    markdownTable(["namespace", "Secret", "keys", "type", "given by", "read by"], rows),
    "Put each value into a file of a folder outside of the repository, without a line end that is not part of it. A Secret that is there is left alone.",
    shellBlock([`values=${folder}`, ...secrets.flatMap((secret) => createUnlessThere(secret))]),
    `Or, with Node: \`npm run secrets -- ${environment}${contextFlag(model)}\` generates what may be random, and names the rest.`,
  ];
}

/** What a command of ours must be told about the cluster: nothing where it is this machine's own. */
export function contextFlag({ profile }: Model): string {
  return profile === "local" ? "" : " --context CONTEXT";
}

function giverOf({ name, from, type }: SecretModel, { services }: Model): string {
  if (from === "generated") return "`npm run secrets`, or you";
  if (from === "externalSecret") return "External Secrets";
  if (from === "envFile") return "a file of variables";
  // The names that a certificate must have.
  const routes = services.flatMap((service) => service.routes.filter(({ tls }) => tls?.secretName === name));
  const hosts = [...new Set(routes.map(({ host }) => host))].toSorted(byCodePoint);
  return type === "kubernetes.io/tls" && hosts.length > 0 ? `you, for ${hosts.join(", ")}` : "you";
}

function createUnlessThere(secret: SecretModel): string[] {
  const { name, namespace, from } = secret;
  if (from === "externalSecret") return [];
  const isThere = `kubectl get secret ${name} -n ${namespace} -o name 2>/dev/null`;
  return [`${isThere} ||`, `  ${createSecret(secret, '"$values"')}`];
}

/** The command that makes a Secret; its values are files of `folder`. */
export function createSecret({ name, namespace, type, keys, from, envFile }: SecretModel, folder: string): string {
  if (from === "externalSecret") return `# ${namespace}/${name} is made by the External Secrets operator`;
  const at = `${name} --namespace=${namespace}`;
  if (type === "kubernetes.io/tls")
    return `kubectl create secret tls ${at} --cert=${folder}/${name}.crt --key=${folder}/${name}.key`;
  if (type === "kubernetes.io/dockerconfigjson")
    return `kubectl create secret docker-registry ${at} --from-file=.dockerconfigjson=${folder}/${name}.json`;
  const files = Object.keys(keys).map((key) => `--from-file=${key}=${folder}/${name}.${key}`);
  return [
    `kubectl create secret generic ${at}`,
    ...(type === "Opaque" ? [] : [`--type=${type}`]),
    ...(from === "envFile" && envFile !== null ? [`--from-env-file=${envFile}`] : files),
  ].join(" ");
}
