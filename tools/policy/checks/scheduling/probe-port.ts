import type { Check } from "../../check.ts";
import { textAt } from "../../fields.ts";
import { perContainer } from "../../pods.ts";

export const probePort: Check = {
  code: "PROBE_PORT",
  severity: "error",
  title: "probes ask ports that the container has",
  tags: ["kube-linter/liveness-port", "kube-linter/readiness-port", "kube-linter/startup-port"],
  run: (subject) =>
    perContainer(subject, ({ name, ports, written }) =>
      ["livenessProbe", "readinessProbe", "startupProbe"].flatMap((probe) => {
        const asked = ["httpGet", "tcpSocket", "grpc"].map((handler) => textAt(written, probe, handler, "port"));
        return asked
          .filter((port) => port !== "")
          .filter((port) => !ports.some((one) => [textAt(one, "name"), textAt(one, "containerPort")].includes(port)))
          .map((port) => ({
            message: `the ${probe} of container ${name} asks port ${port}, which the container does not have`,
            fix: "name one of its ports",
          }));
      }),
    ),
};
