import { type Check, type Problem, type Subject, type Violation, idOf, ofKind } from "../../check.ts";
import { at, objectAt, objectsAt, textAt } from "../../fields.ts";
import { type Container, type Pod, perPod } from "../../pods.ts";
import type { Placed } from "../../../render/render.ts";

/** A pod that names what is not there waits forever in CreateContainerConfigError. */
export const danglingReference: Check = {
  code: "DANGLING_REFERENCE",
  severity: "error",
  title: "every Secret, ConfigMap, claim, account and Service that is named exists, with the key",
  tags: [
    "kube-linter/env-value-from",
    "kube-linter/non-existent-service-account",
    "kube-linter/dangling-ingress",
    "kube-score/ingress-targets-service",
    "kubescape/C-0298",
    "kubescape/C-0302",
    "kubescape/C-0307",
    "airgap/AG13",
  ],
  run: (subject) => [
    ...perPod(subject, (pod) => (isOurs(pod.object) ? podProblems(subject, pod) : [])),
    ...ofKind(subject, "Ingress")
      .filter(isOurs)
      .flatMap((object) => ingressProblems(subject, object)),
    ...ofKind(subject, ...ROUTES)
      .filter(isOurs)
      .flatMap((object) => routeProblems(subject, object)),
  ],
};

/** What is vendored may name what its own operator makes. */
function isOurs({ manifest }: Placed): boolean {
  return manifest === null;
}

const ROUTES = ["HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "UDPRoute"];

/** What an object names in its own namespace. */
interface Read {
  readonly kind: "Secret" | "ConfigMap" | "PersistentVolumeClaim" | "ServiceAccount";
  readonly name: string;
  readonly keys: readonly string[];
}

function podProblems(subject: Subject, pod: Pod): Problem[] {
  const account = textAt(pod.spec, "serviceAccountName");
  const reads: Read[] = [
    ...objectsAt(pod.spec, "volumes").flatMap(volumeReads),
    ...(account === "" || account === "default" ? [] : [{ kind: "ServiceAccount" as const, name: account, keys: [] }]),
    ...pod.containers.flatMap(containerReads),
  ];
  const missing = reads.flatMap((read) => missingOf(subject, pod.namespace, read));
  return [...new Set(missing)].map((what) => ({
    message: `it names ${what} of namespace ${pod.namespace}, which is not there`,
    fix: "declare it in services.json, or correct the name",
  }));
}

function volumeReads(volume: unknown): Read[] {
  const claim = textAt(volume, "persistentVolumeClaim", "claimName");
  const sources = [...objectsAt(volume, "projected", "sources"), volume];
  return [
    ...(claim === "" ? [] : [{ kind: "PersistentVolumeClaim" as const, name: claim, keys: [] }]),
    ...sources.flatMap((source): Read[] => [
      ...readOf("Secret", objectAt(source, "secret"), ["name", "secretName"]),
      ...readOf("ConfigMap", objectAt(source, "configMap"), ["name"]),
    ]),
  ];
}

/** What is marked optional may be absent. */
function readOf(kind: Read["kind"], from: unknown, names: readonly string[]): Read[] {
  const name = names.map((field) => textAt(from, field)).find((text) => text !== "");
  if (name === undefined || at(from, "optional") === true) return [];
  const key = textAt(from, "key");
  const keys = [...objectsAt(from, "items").map((item) => textAt(item, "key")), ...(key === "" ? [] : [key])];
  return [{ kind, name, keys }];
}

function containerReads({ env, envFrom }: Container): Read[] {
  return [
    ...env.flatMap(({ valueFrom }) => [
      ...readOf("Secret", valueFrom["secretKeyRef"], ["name"]),
      ...readOf("ConfigMap", valueFrom["configMapKeyRef"], ["name"]),
    ]),
    ...envFrom.flatMap((from) => [
      ...readOf("Secret", from["secretRef"], ["name"]),
      ...readOf("ConfigMap", from["configMapRef"], ["name"]),
    ]),
  ];
}

function missingOf(subject: Subject, namespace: string, { kind, name, keys }: Read): string[] {
  const secret = subject.model.secrets.find((one) => one.name === name && one.namespace === namespace)?.keys;
  const object = ofKind(subject, kind).find(
    (one) => one.object.metadata.name === name && one.object.metadata.namespace === namespace,
  );
  const data = { ...objectAt(object?.object, "data"), ...objectAt(object?.object, "stringData") };
  const found = kind === "Secret" && secret ? secret : object && { ...data, ...objectAt(object.object, "binaryData") };
  if (!found) return [`${kind}/${name}`];
  return keys.filter((key) => !Object.hasOwn(found, key)).map((key) => `the key ${key} of ${kind}/${name}`);
}

function ingressProblems(subject: Subject, object: Placed): Violation[] {
  const namespace = textAt(object.object, "metadata", "namespace");
  const backends = objectsAt(object.object, "spec", "rules")
    .flatMap((rule) => objectsAt(rule, "http", "paths"))
    .map((path) => objectAt(path, "backend", "service"))
    .concat(objectAt(object.object, "spec", "defaultBackend", "service"))
    .filter((backend) => textAt(backend, "name") !== "");
  const dangling = backends
    .map((backend) => ({ name: textAt(backend, "name"), port: objectAt(backend, "port") }))
    .filter(({ name, port }) => !isServed(subject, namespace, name, textAt(port, "name") || textAt(port, "number")))
    .map(({ name, port }) => ({
      message: `its backend ${name}:${textAt(port, "name") || textAt(port, "number")} is not there`,
      fix: "correct the route's port",
    }));
  const certificates = objectsAt(object.object, "spec", "tls")
    .map((tls) => textAt(tls, "secretName"))
    .filter((name) => name !== "" && !isIssued(object))
    .flatMap((name) => missingOf(subject, namespace, { kind: "Secret", name, keys: [] }))
    .map((what) => ({
      message: `it names ${what}, which is not declared`,
      fix: "let a route name it: tls.secretName",
    }));
  return [...dangling, ...certificates].map((problem) => ({ object, ...problem }));
}

/** A route of the Gateway API; a backend of another namespace must be there too. */
function routeProblems(subject: Subject, object: Placed): Violation[] {
  return objectsAt(object.object, "spec", "rules")
    .flatMap((rule) => objectsAt(rule, "backendRefs"))
    .filter((backend) => (textAt(backend, "kind") || "Service") === "Service")
    .map((backend) => ({
      name: textAt(backend, "name"),
      port: textAt(backend, "port"),
      namespace: textAt(backend, "namespace") || textAt(object.object, "metadata", "namespace"),
    }))
    .filter(({ namespace, name, port }) => !isServed(subject, namespace, name, port))
    .map(({ name, port }) => ({
      object,
      message: `its backend ${name}:${port} is not there`,
      fix: "correct backendRefs",
    }));
}

/** cert-manager makes the Secret itself. */
function isIssued({ object }: Placed): boolean {
  return Object.keys(object.metadata.annotations ?? {}).some((key) => key.startsWith("cert-manager.io/"));
}

function isServed(subject: Subject, namespace: string, name: string, port: string): boolean {
  return ofKind(subject, "Service").some(
    (one) =>
      idOf(one.object) === `Service/${name}` &&
      one.object.metadata.namespace === namespace &&
      objectsAt(one.object, "spec", "ports").some(
        (known) => textAt(known, "name") === port || textAt(known, "port") === port,
      ),
  );
}
