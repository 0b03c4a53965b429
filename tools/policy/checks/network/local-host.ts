import { type Check, DEPLOYED } from "../../check.ts";
import { numberAt } from "../../fields.ts";
import { type Pod, type Variable, perPod } from "../../pods.ts";

const DESK =
  /\b(host\.docker\.internal|gateway\.docker\.internal|docker\.for\.(mac|win)\S*|host\.minikube\.internal|host\.k3d\.internal|minikube)\b/;
const LOOPBACK = /(?:^|[/@])(localhost|127\.0\.0\.1|\[::1\])(?::(\d+))?(?=[/?]|$)/;
const DEPENDENCY = /_(HOST|URL|URI|ADDR|ADDRESS|ENDPOINT|SERVER|DSN)$/;
const OWN = /^(LISTEN|BIND|HTTP|SERVER|APP)_/;

/** A port of the pod itself, or of its sidecar, is no dependency. */
export const localHost: Check = {
  code: "LOCAL_HOST",
  severity: "error",
  title: "no pod looks for its dependencies on a developer's machine, or in itself",
  tags: ["airgap/AG16"],
  profiles: DEPLOYED,
  run: (subject) =>
    perPod(subject, (pod) =>
      pod.containers.flatMap(({ command, args, env }) => [
        ...[...command, ...args, ...env.map(({ value }) => value ?? "")].flatMap((text) => {
          const [host] = DESK.exec(text) ?? [];
          return host === undefined
            ? []
            : [
                {
                  message: `it asks ${host}, which is a developer's machine`,
                  fix: "name a service: ${services.<name>.url}",
                },
              ];
        }),
        ...env
          .filter((one) => isLost(one, pod))
          .map(({ name, value }) => ({
            message: `${name} is ${value}: in a pod that is the pod itself`,
            fix: "name a service: ${services.<name>.host}",
          })),
      ]),
    ),
};

function isLost({ name, value }: Variable, { containers }: Pod): boolean {
  const [, , port] = LOOPBACK.exec(value ?? "") ?? [];
  if (!DEPENDENCY.test(name) || OWN.test(name) || !LOOPBACK.test(value ?? "")) return false;
  const own = containers.flatMap((one) => one.ports.map((written) => String(numberAt(written, "containerPort"))));
  const hasSidecar =
    containers.filter(({ isInit, written }) => !isInit || written["restartPolicy"] === "Always").length > 1;
  return port === undefined ? !hasSidecar : !own.includes(port) && !hasSidecar;
}
