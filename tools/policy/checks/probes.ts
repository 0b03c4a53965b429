import { sameJson } from "../../lib/merge.ts";
import { type Check, pods } from "../check.ts";

/** Readiness takes a pod out of its Service, liveness restarts it: the same probe for both restarts what only waits for its database. */
export const probes: Check = {
  code: "PROBES",
  title: "every service has a readiness and a liveness probe, and they differ",
  tags: ["kube-score/pod-probes-identical"],
  run: (subject) =>
    pods(subject)
      .filter(({ object }) => object.object.kind !== "Job")
      .flatMap(({ object, spec }) =>
        spec.containers.flatMap(({ name, readinessProbe, livenessProbe }) => {
          const missing = [...(readinessProbe ? [] : ["readiness"]), ...(livenessProbe ? [] : ["liveness"])];
          if (missing.length > 0)
            return [
              {
                object,
                message: `container ${name} has no ${missing.join(" and no ")} probe`,
                fix: `add probes.${missing[0]}`,
              },
            ];
          if (!sameJson(handler(readinessProbe), handler(livenessProbe))) return [];
          return [
            {
              object,
              message: `container ${name} is probed for readiness and liveness in the same way`,
              fix: 'give liveness another path, or {"tcpSocket": {"port": "…"}}',
            },
          ];
        }),
      ),
};

function handler(probe: object | undefined): unknown {
  const { httpGet, tcpSocket, exec, grpc } = (probe ?? {}) as Record<string, unknown>;
  return { httpGet, tcpSocket, exec, grpc };
}
