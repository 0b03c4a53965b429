import type { Model } from "../../tools/model/model.ts";

/** A connection that some pod may or may not open. */
export interface Attempt {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly isAllowed: boolean;
}

/** Services whose pods run and stay: neither External, nor at 0 replicas, nor ended like a job. */
export function runningServices({ services }: Model): Model["services"] {
  return services.filter(({ kind, replicas }) => LASTING.includes(kind) && replicas !== 0);
}

const LASTING: readonly string[] = ["Deployment", "StatefulSet", "DaemonSet"];

/** Every running service to every port of every other one: declared edges are allowed, all else is not. */
export function attempts(model: Model): Attempt[] {
  const running = runningServices(model);
  return running.flatMap((from) =>
    running
      .filter((to) => to !== from)
      .flatMap((to) =>
        to.ports.map((port) => ({
          from: from.name,
          to: to.name,
          port: port.containerPort,
          isAllowed: model.edges.some(
            (edge) => edge.from === from.name && edge.to === to.name && edge.ports.includes(port.name),
          ),
        })),
      ),
  );
}
