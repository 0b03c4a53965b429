import type { Check } from "../../check.ts";
import { numberAt } from "../../fields.ts";
import { perContainer } from "../../pods.ts";

export const sshPort: Check = {
  code: "SSH_PORT",
  severity: "error",
  title: "no container runs an SSH server",
  tags: ["kube-linter/ssh-port", "kubescape/C-0042"],
  run: (subject) =>
    perContainer(subject, ({ name, ports }) => [
      ports.some((port) => numberAt(port, "containerPort") === 22) && {
        message: `container ${name} listens on port 22`,
        fix: "remove it: kubectl exec needs no server, and leaves a trace",
      },
    ]),
};
