import { type Check, DEPLOYED } from "../../check.ts";
import { isLeftover, leftoversIn } from "../../dev-leftovers.ts";
import { numberAt } from "../../fields.ts";
import { perContainer } from "../../pods.ts";

const DEBUG_PORTS = [5678, 9229];

export const devLeftover: Check = {
  code: "DEV_LEFTOVER",
  severity: "error",
  title: "nothing of a developer's desk runs in staging, airgap or prod",
  tags: ["airgap/AG15"],
  profiles: DEPLOYED,
  run: (subject) =>
    perContainer(subject, ({ name, command, args, env, ports }) => [
      ...leftoversIn([...command, ...args].join(" ")).map((what) => ({
        message: `container ${name} runs ${what}`,
        fix: 'move it to "environments": {"local": {…}}',
      })),
      ...env
        .filter((one) => isLeftover(one.name, one.value ?? ""))
        .map((one) => ({
          message: `container ${name} has ${one.name}=${one.value}`,
          fix: 'move it to "environments": {"local": {…}}',
        })),
      ...ports
        .map((port) => numberAt(port, "containerPort") ?? 0)
        .filter((port) => DEBUG_PORTS.includes(port))
        .map((port) => ({
          message: `container ${name} opens ${port}, a debugger's port`,
          fix: "remove it",
        })),
    ]),
};
