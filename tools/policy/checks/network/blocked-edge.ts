import { type Check, type Subject, type Violation } from "../../check.ts";
import { type Pod, pods } from "../../pods.ts";
import { allowsPeer, allowsPort, rulesFor } from "../../policies.ts";
import type { Edge } from "../../../model/graph.ts";

/** What `dependsOn` declares must be let out on one side and in on the other. */
export const blockedEdge: Check = {
  code: "BLOCKED_EDGE",
  severity: "error",
  title: "every declared dependency is let out by one policy and in by the other",
  tags: ["airgap/AG10"],
  run: (subject) => subject.model.edges.flatMap((edge) => problems(edge, subject)),
};

function problems({ from, to, ports }: Edge, subject: Subject): Violation[] {
  const caller = podOf(from, subject);
  const target = podOf(to, subject);
  const model = subject.model.services.find(({ name }) => name === to);
  if (!caller || !target || !model) return [];
  return model.ports
    .filter(({ name }) => ports.includes(name))
    .flatMap(({ name, containerPort, protocol }) => {
      const out = rulesFor(subject, caller, "Egress");
      const into = rulesFor(subject, target, "Ingress");
      const isOut = out?.some(
        (rule) =>
          allowsPeer(rule, "to", target, caller.namespace, subject) && allowsPort(rule, containerPort, protocol, name),
      );
      const isIn = into?.some(
        (rule) =>
          allowsPeer(rule, "from", caller, target.namespace, subject) &&
          allowsPort(rule, containerPort, protocol, name),
      );
      return [
        ...(isOut === false
          ? [{ object: caller.object, message: `no policy lets it out to port ${name} of ${to}`, fix: FIX }]
          : []),
        ...(isIn === false
          ? [{ object: target.object, message: `no policy lets ${from} in to its port ${name}`, fix: FIX }]
          : []),
      ];
    });
}

const FIX = "let the generated policy of the service stand, or add the rule to your own";

/** The workload that serves, not its jobs. */
function podOf(service: string, subject: Subject): Pod | undefined {
  return servingPods(subject).get(service);
}

const serving = new WeakMap<readonly Pod[], ReadonlyMap<string, Pod>>();

function servingPods(subject: Subject): ReadonlyMap<string, Pod> {
  const all = pods(subject);
  const known = serving.get(all);
  if (known) return known;
  const workloads = all.filter(({ kind }) => ["Deployment", "StatefulSet", "DaemonSet"].includes(kind));
  const found = new Map(workloads.map((pod) => [pod.object.service ?? "", pod]));
  serving.set(all, found);
  return found;
}
