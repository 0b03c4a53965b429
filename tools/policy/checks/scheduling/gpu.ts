import type { Check } from "../../check.ts";
import { perContainer } from "../../pods.ts";

const isGpu = (name: string): boolean => /(^|[./-])(gpu|mig-[\w.]+)$/.test(name);

export const gpu: Check = {
  code: "GPU",
  severity: "error",
  title: "GPUs are requested whole, alike on both sides, and from the device plugin",
  tags: ["kyverno/check-nvidia-gpu", "airgap/AG17"],
  run: (subject) =>
    perContainer(subject, ({ name, resources: { requests, limits }, env }) => [
      ...[...new Set([...Object.keys(requests), ...Object.keys(limits)])].filter(isGpu).flatMap((resource) => [
        requests[resource] !== undefined &&
          requests[resource] !== limits[resource] && {
            message: `container ${name} requests ${requests[resource]} and limits ${limits[resource] ?? "none"} of ${resource}: the API refuses it`,
            fix: "let gpu.count say both",
          },
        !/^[0-9]+$/.test(limits[resource] ?? "0") && {
          message: `container ${name} asks for ${limits[resource]} of ${resource}: only whole ones can be had`,
          fix: "write a whole number",
        },
      ]),
      env.some((variable) => variable.name === "NVIDIA_VISIBLE_DEVICES" && variable.value !== "void") && {
        message: `container ${name} takes GPUs past the scheduler (NVIDIA_VISIBLE_DEVICES)`,
        fix: "remove the variable: the device plugin sets it",
      },
    ]),
};
