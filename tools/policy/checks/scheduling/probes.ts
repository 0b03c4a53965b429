import { sameJson } from "../../../lib/merge.ts";
import type { Check, Problem } from "../../check.ts";
import { objectAt } from "../../fields.ts";
import { type Container, isBatch, perContainer } from "../../pods.ts";

/** Readiness takes a pod out of its Service, liveness restarts it: the same probe for both restarts what only waits for its database. */
export const probes: Check = {
  code: "PROBES",
  severity: "error",
  title: "every service has a readiness and a liveness probe, and they differ",
  tags: [
    "kube-linter/no-readiness-probe",
    "kube-linter/no-liveness-probe",
    "kube-score/pod-probes",
    "kube-score/pod-probes-identical",
    "polaris/readinessProbeMissing",
    "polaris/livenessProbeMissing",
    "checkov/CKV_K8S_8",
    "checkov/CKV_K8S_9",
    "kubescape/C-0018",
    "kubescape/C-0056",
    "kyverno/require-probes",
    "kyverno/ensure-probes-different",
  ],
  run: (subject) =>
    perContainer(subject, (container, pod) => (isBatch(pod) || container.isInit ? [] : problems(container))),
};

function problems({ name, written }: Container): Problem[] {
  const missing = ["readiness", "liveness"].filter((probe) => written[`${probe}Probe`] === undefined);
  if (missing.length > 0)
    return [{ message: `container ${name} has no ${missing.join(" and no ")} probe`, fix: `add probes.${missing[0]}` }];
  if (!sameJson(handler(written["readinessProbe"]), handler(written["livenessProbe"]))) return [];
  return [
    {
      message: `container ${name} is probed for readiness and liveness in the same way`,
      fix: 'give liveness another path, or {"tcpSocket": {"port": "…"}}',
    },
  ];
}

function handler(probe: unknown): unknown {
  const { httpGet, tcpSocket, exec, grpc } = objectAt(probe);
  return { httpGet, tcpSocket, exec, grpc };
}
