import type { Check } from "../../check.ts";
import { perContainer } from "../../pods.ts";

const isGpu = (name: string): boolean => /(^|[./-])(gpu|mig-[\w.]+)$/.test(name);

export const gpu: Check = {
  code: "GPU",
  severity: "error",
  title: "GPUs are requested whole, alike on both sides, from the device plugin, and not where they are mocked",
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
      subject.model.settings?.mocks === "gpu" &&
        Object.keys(limits).some(isGpu) && {
          message: `container ${name} waits for a GPU in an environment that mocks them`,
          fix: 'add "mock" to the service, or take the GPU out there',
        },
      env.some((variable) => variable.name === "NVIDIA_VISIBLE_DEVICES" && variable.value !== "void") && {
        message: `container ${name} takes GPUs past the scheduler (NVIDIA_VISIBLE_DEVICES)`,
        fix: "remove the variable: the device plugin sets it",
      },
    ]),
};
