import type { Check } from "../../check.ts";
import { pods } from "../../pods.ts";
import { usageOf } from "../../usage.ts";

const RESOURCE = "nvidia.com/gpu";

export const gpuCapacity: Check = {
  code: "GPU_CAPACITY",
  severity: "error",
  title: "the GPUs that are asked for in all are there",
  tags: ["airgap/AG17"],
  run: (subject) => {
    const { gpus } = subject.model.settings ?? {};
    const wanting = pods(subject).filter(({ containers }) =>
      containers.some(({ resources }) => (resources.limits[RESOURCE] ?? "0") !== "0"),
    );
    const namespaces = [...new Set(wanting.map(({ namespace }) => namespace))];
    const asked = namespaces.reduce((sum, one) => sum + (usageOf(subject, one, `requests.${RESOURCE}`) ?? 0), 0);
    const [first] = wanting;
    if (gpus === undefined || first === undefined || asked <= gpus) return [];
    const message = `${asked} GPUs are asked for in all, and the environment has ${gpus}`;
    return [{ object: first.object, message, fix: "lower gpu.count or replicas, or correct the environment's gpus" }];
  },
};
