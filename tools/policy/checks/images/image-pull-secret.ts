import { type Check, type Problem, DEPLOYED, type Subject } from "../../check.ts";
import { objectsAt, textAt } from "../../fields.ts";
import { type Pod, perPod, pods } from "../../pods.ts";

const TYPE = "kubernetes.io/dockerconfigjson";

/** Nodes may know the registry's password themselves; but where some pods bring it along, all that need it must. */
export const imagePullSecret: Check = {
  code: "IMAGE_PULL_SECRET",
  severity: "error",
  title: "a pull secret that one pod names is declared, and every pod names it",
  tags: ["kyverno/require-imagepullsecrets", "airgap/AG04"],
  profiles: DEPLOYED,
  run: (subject) => {
    const isUsed = pods(subject).some((pod) => namesOf(pod, subject).length > 0);
    return isUsed ? perPod(subject, (pod) => problems(pod, subject)) : [];
  },
};

function problems(pod: Pod, subject: Subject): Problem[] {
  const names = namesOf(pod, subject);
  if (names.length === 0)
    return [
      {
        message: "it names no pull secret, although others of this environment do",
        fix: 'add "imagePullSecrets" to the service, or to "defaults"',
      },
    ];
  return names.flatMap((name) => {
    const declared = subject.model.secrets.find((one) => one.name === name && one.namespace === pod.namespace);
    if (declared?.type === TYPE) return [];
    const message = declared
      ? `the pull secret ${name} is of the type ${declared.type}, not ${TYPE}`
      : `the pull secret ${name} of namespace ${pod.namespace} is declared nowhere`;
    return [{ message, fix: `declare it: "secrets": {"${name}": {"type": "${TYPE}", …}}` }];
  });
}

/** The pod's own, else its account's. */
function namesOf(pod: Pod, { placed }: Subject): string[] {
  const account = placed.find(
    ({ object }) =>
      object.kind === "ServiceAccount" &&
      object.metadata.name === textAt(pod.spec, "serviceAccountName") &&
      object.metadata.namespace === pod.namespace,
  );
  const own = objectsAt(pod.spec, "imagePullSecrets");
  const found = own.length > 0 ? own : objectsAt(account?.object, "imagePullSecrets");
  return found.map((one) => textAt(one, "name")).filter((name) => name !== "");
}
