import type { Check } from "../../check.ts";
import { numberAt } from "../../fields.ts";
import { perContainer } from "../../pods.ts";

export const privilegedPort: Check = {
  code: "PRIVILEGED_PORT",
  severity: "warning",
  title: "containers listen above port 1023",
  tags: ["kube-linter/privileged-ports", "trivy/KSV-0117"],
  run: (subject) =>
    perContainer(subject, ({ name, ports }) =>
      ports
        .map((port) => numberAt(port, "containerPort") ?? 1024)
        // 22 is another check's.
        .filter((number) => number < 1024 && number !== 22)
        .map((number) => ({
          message: `container ${name} listens on port ${number}, which some runtimes leave to root`,
          fix: "let the program listen above 1023; servicePort may stay as it is",
        })),
    ),
};
