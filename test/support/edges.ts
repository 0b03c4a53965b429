import type { Model } from "../../tools/model/model.ts";
import { tryKubectl } from "./cluster.ts";

/** A connection that some pod may or may not open. */
export interface Attempt {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly isAllowed: boolean;
}

/** Every service to every port of every other one: declared edges are allowed, all else is not. */
export function attempts(model: Model): Attempt[] {
  return model.services.flatMap((from) =>
    model.services
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

/** Whether a TCP connection from a pod to an address opens within two seconds. Uses what the image has: Node or bash. */
export function connects(namespace: string, pod: string, container: string, host: string, port: number): boolean {
  const node = `const s=require("net").connect(${port},"${host}");const end=(code)=>process.exit(code);s.setTimeout(2000,()=>end(1));s.on("connect",()=>end(0));s.on("error",()=>end(1))`;
  const script = `if command -v node >/dev/null; then exec node -e '${node}'; else exec timeout 2 bash -c '</dev/tcp/${host}/${port}'; fi`;
  return (
    tryKubectl(["exec", "--namespace", namespace, pod, "--container", container, "--", "sh", "-c", script]).exitCode ===
    0
  );
}
