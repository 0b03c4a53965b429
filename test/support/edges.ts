import type { Model } from "../../tools/model/model.ts";
import { tryKubectl } from "./cluster.ts";

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

/** Whether a TCP connection from a pod to an address opens within two seconds. Uses what the image has: Node, bash or BusyBox. */
export function connects(namespace: string, pod: string, container: string, host: string, port: number): boolean {
  const node = `const s=require("net").connect(${port},"${host}");const end=(code)=>process.exit(code);s.setTimeout(2000,()=>end(1));s.on("connect",()=>end(0));s.on("error",()=>end(1))`;
  const script = `if command -v node >/dev/null; then exec node -e '${node}'; elif command -v bash >/dev/null; then exec timeout 2 bash -c '</dev/tcp/${host}/${port}'; else exec nc -z -w 2 ${host} ${port}; fi`;
  return (
    tryKubectl(["exec", "--namespace", namespace, pod, "--container", container, "--", "sh", "-c", script]).exitCode ===
    0
  );
}
