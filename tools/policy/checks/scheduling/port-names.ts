import type { Check } from "../../check.ts";
import { textAt } from "../../fields.ts";
import { perPod } from "../../pods.ts";

export const portNames: Check = {
  code: "PORT_NAMES",
  severity: "error",
  title: "container ports have names, each its own within the pod",
  tags: ["kube-score/container-ports-check", "kyverno/require-container-port-names"],
  run: (subject) =>
    perPod(subject, ({ containers }) => {
      const ports = containers.flatMap((one) => one.ports);
      const names = ports.map((port) => textAt(port, "name"));
      const numbers = ports.map((port) => `${textAt(port, "containerPort")}/${textAt(port, "protocol") || "TCP"}`);
      return [
        ...ports
          .filter((port) => textAt(port, "name") === "")
          .map((port) => ({
            message: `port ${textAt(port, "containerPort")} has no name`,
            fix: "name it: Services, probes and policies then need no number",
          })),
        ...names
          .filter((name) => name.length > 15 || (name !== "" && !/^(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/.test(name)))
          .map((name) => ({
            message: `the API refuses a port called ${name}`,
            fix: "at most 15 lower-case letters, digits and '-', one letter at least",
          })),
        ...repeated(names).map((name) => ({ message: `two ports are called ${name}`, fix: "rename one of the two" })),
        ...repeated(numbers).map((number) => ({
          message: `port ${number} is listed twice: only one program of a pod can listen there`,
          fix: "remove one of the two",
        })),
      ];
    }),
};

function repeated(words: readonly string[]): string[] {
  return words.filter((word, i) => word !== "" && words.indexOf(word) !== i);
}
