import { type Check, type Subject, ofKind } from "../../check.ts";
import { textMapAt } from "../../fields.ts";
import { perPod, podsSelected } from "../../pods.ts";

const HOST = /\b([a-z]([-a-z0-9]*[a-z0-9])?)\.([a-z0-9]([-a-z0-9]*[a-z0-9])?)\.svc\b/g;

/** A host in a variable or an argument that no `dependsOn` stands for: the policies let nothing through. */
export const undeclaredDependency: Check = {
  code: "UNDECLARED_DEPENDENCY",
  severity: "error",
  title: "every Service that a pod's variables and arguments name is one of its dependencies",
  tags: ["airgap/AG10"],
  run: (subject) =>
    perPod(subject, (pod) => {
      const { service } = pod.object;
      if (service === null) return [];
      const texts = pod.containers.flatMap(({ command, args, env }) => [
        ...command,
        ...args,
        ...env.map(({ value }) => value ?? ""),
      ]);
      const hosts = texts.flatMap((text) =>
        [...text.matchAll(HOST)].map(([, name = "", , namespace = ""]) => ({ name, namespace })),
      );
      const allowed = subject.model.edges.filter((edge) => edge.from === service).map(({ to }) => to);
      return hosts.flatMap(({ name, namespace }) => {
        const target = ownerOf(name, namespace, subject);
        if (target === null || target === service || allowed.includes(target)) return [];
        return [
          {
            message: `it names ${name}.${namespace}.svc, but does not depend on ${target}: its policy keeps it away`,
            fix: `add "dependsOn": {"${target}": {}}`,
          },
        ];
      });
    }),
};

/** The service whose pods a Service selects; null for one that is not ours. */
function ownerOf(name: string, namespace: string, subject: Subject): string | null {
  const found = ofKind(subject, "Service").find(
    ({ object }) => object.metadata.name === name && object.metadata.namespace === namespace,
  );
  if (!found) return null;
  const labels = textMapAt(found.object, "spec", "selector");
  // A Service without a selector leads out of the cluster, and selects nothing.
  if (Object.keys(labels).length === 0) return found.service;
  const [pod] = podsSelected(subject, namespace, { matchLabels: labels });
  return pod?.object.service ?? found.service;
}
