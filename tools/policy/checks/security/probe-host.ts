import type { Check } from "../../check.ts";
import { textAt } from "../../fields.ts";
import { perContainer } from "../../pods.ts";

const ASKED = [
  ["livenessProbe"],
  ["readinessProbe"],
  ["startupProbe"],
  ["lifecycle", "preStop"],
  ["lifecycle", "postStart"],
];

/** The kubelet asks from the node: a host of one's own choice lets a pod reach what the node reaches. */
export const probeHost: Check = {
  code: "PROBE_HOST",
  severity: "error",
  title: "probes and hooks ask the pod itself, and no other host",
  tags: ["pss/baseline/hostProbesAndHostLifecycle"],
  run: (subject) =>
    perContainer(subject, ({ name, written }) =>
      ASKED.filter(
        (path) => textAt(written, ...path, "httpGet", "host") + textAt(written, ...path, "tcpSocket", "host"),
      ).map((path) => ({
        message: `the ${path.at(-1)} of container ${name} makes the node ask another host`,
        fix: "remove host: the pod's own address is asked by default",
      })),
    ),
};
