import type { Placed } from "../../render/render.ts";
import { type Check, type Container, type PodSpec, type Subject, type Violation, ofKind, pods } from "../check.ts";

/** A pod that names what is not there waits forever in CreateContainerConfigError. */
export const danglingReference: Check = {
  code: "DANGLING_REFERENCE",
  title: "every Secret, ConfigMap, claim, account and Service that is named exists, with the key",
  run: (subject) => [
    ...pods(subject)
      .filter(({ object }) => isOurs(object))
      .flatMap(({ object, spec }) => podProblems(subject, object, spec)),
    ...ofKind(subject, "Ingress")
      .filter(isOurs)
      .flatMap((object) => backendProblems(subject, object)),
  ],
};

/** What is vendored may name what its own operator makes. */
function isOurs({ manifest }: Placed): boolean {
  return manifest === null;
}

function podProblems(subject: Subject, object: Placed, spec: PodSpec): Violation[] {
  const namespace = object.object.metadata.namespace ?? "";
  const known = (kind: string, name: string): boolean =>
    ofKind(subject, kind).some(
      (one) => one.object.metadata.name === name && one.object.metadata.namespace === namespace,
    );
  const claims = (spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) =>
    persistentVolumeClaim && !known("PersistentVolumeClaim", persistentVolumeClaim.claimName)
      ? [`PersistentVolumeClaim/${persistentVolumeClaim.claimName}`]
      : [],
  );
  const accounts =
    spec.serviceAccountName === undefined || known("ServiceAccount", spec.serviceAccountName)
      ? []
      : [`ServiceAccount/${spec.serviceAccountName}`];
  const missing = [...claims, ...accounts, ...reads(spec).flatMap((read) => missingRead(subject, namespace, read))];
  return [...new Set(missing)].map((what) => ({
    object,
    message: `it names ${what} of namespace ${namespace}, which is not there`,
    fix: "declare it in services.json, or correct the name",
  }));
}

interface Read {
  readonly kind: "Secret" | "ConfigMap";
  readonly name: string;
  readonly keys: readonly string[];
}

function reads(spec: PodSpec): Read[] {
  const projected = (spec.volumes ?? [])
    .flatMap(({ projected: volume }) => volume?.sources ?? [])
    .flatMap((source) =>
      Object.entries(source).map(([type, { name, items }]) => ({
        kind: type === "secret" ? ("Secret" as const) : ("ConfigMap" as const),
        name,
        keys: items.map(({ key }) => key),
      })),
    );
  return [...projected, ...[...(spec.initContainers ?? []), ...spec.containers].flatMap(containerReads)];
}

function containerReads({ env = [], envFrom = [] }: Container): Read[] {
  const variables = env.flatMap(({ valueFrom = {} }) =>
    Object.entries(valueFrom).flatMap(([type, { name = "", key = "" }]): Read[] =>
      type === "secretKeyRef"
        ? [{ kind: "Secret", name, keys: [key] }]
        : type === "configMapKeyRef"
          ? [{ kind: "ConfigMap", name, keys: [key] }]
          : [],
    ),
  );
  const whole = envFrom.map((from): Read =>
    from.secretRef
      ? { kind: "Secret", name: from.secretRef.name, keys: [] }
      : { kind: "ConfigMap", name: from.configMapRef?.name ?? "", keys: [] },
  );
  return [...variables, ...whole];
}

function missingRead(subject: Subject, namespace: string, { kind, name, keys }: Read): string[] {
  const found =
    kind === "Secret"
      ? subject.model.secrets.find((secret) => secret.name === name && secret.namespace === namespace)?.keys
      : (ofKind(subject, "ConfigMap").find(
          ({ object }) => object.metadata.name === name && object.metadata.namespace === namespace,
        )?.object["data"] as object | undefined);
  if (!found) return [`${kind}/${name}`];
  return keys.filter((key) => !Object.hasOwn(found, key)).map((key) => `the key ${key} of ${kind}/${name}`);
}

function backendProblems(subject: Subject, object: Placed): Violation[] {
  const { rules } = object.object["spec"] as {
    rules: readonly {
      http: { paths: readonly { backend: { service: { name: string; port: { name: string } } } }[] };
    }[];
  };
  return rules
    .flatMap(({ http }) => http.paths.map(({ backend }) => backend.service))
    .filter(
      ({ name, port }) =>
        !ofKind(subject, "Service").some(
          (one) =>
            one.object.metadata.name === name &&
            (one.object["spec"] as { ports: { name: string }[] }).ports.some((known) => known.name === port.name),
        ),
    )
    .map(({ name, port }) => ({
      object,
      message: `its backend ${name}:${port.name} is not there`,
      fix: "correct the route's port",
    }));
}
