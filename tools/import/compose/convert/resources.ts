import type { JsonObject } from "../../../lib/merge.ts";
import { type Entry, type Part, carried, guess, lost, partly } from "../entry.ts";
import { type ComposeNode, at, entriesOf, isMapping, itemsOf, numberOf, textOf } from "../node.ts";
import type { Context } from "../project.ts";
import { bytesOf, cpuOf, quantityOf } from "../units.ts";
import { part, together } from "./part.ts";

interface Source {
  readonly keys: readonly string[];
  readonly to: "limits" | "requests";
  readonly resource: "cpu" | "memory";
}

// The later ones win: `deploy` is what Compose itself prefers.
const SOURCES: readonly Source[] = [
  { keys: ["cpus"], to: "limits", resource: "cpu" },
  { keys: ["mem_limit"], to: "limits", resource: "memory" },
  { keys: ["mem_reservation"], to: "requests", resource: "memory" },
  { keys: ["deploy", "resources", "limits", "cpus"], to: "limits", resource: "cpu" },
  { keys: ["deploy", "resources", "limits", "memory"], to: "limits", resource: "memory" },
  { keys: ["deploy", "resources", "reservations", "cpus"], to: "requests", resource: "cpu" },
  { keys: ["deploy", "resources", "reservations", "memory"], to: "requests", resource: "memory" },
];

/** CPU, memory and GPUs. */
export function resources(context: Context): Part {
  return together([sizes(context), gpus(context), runtime(context)]);
}

function sizes({ node }: Context): Part {
  const amounts: Record<"limits" | "requests", Record<string, string>> = { limits: {}, requests: {} };
  const entries: Entry[] = [];
  for (const { keys, to, resource } of SOURCES) {
    const written = at(node, ...keys);
    const amount = (resource === "cpu" ? cpuOf : quantityOf)(textOf(written) ?? "");
    if (!written) continue;
    if (amount === null) entries.push(lost(written, "it is no amount", `write resources.${to}.${resource}`));
    else if (amount === "0") entries.push(carried(written, "no limit of its own"));
    else {
      amounts[to][resource] = amount;
      entries.push(carried(written, `resources.${to}.${resource}`));
    }
  }
  const { limits, requests } = completed(amounts);
  return part(Object.keys(limits).length === 0 ? {} : { resources: { requests, limits } }, entries);
}

/** A request above its limit is refused, and there are defaults for both: what says one of them says the other. */
function completed(amounts: Record<"limits" | "requests", Record<string, string>>): typeof amounts {
  const limits = { ...amounts.requests, ...amounts.limits };
  const requests = Object.fromEntries(
    Object.entries(limits).map(([resource, limit]) => {
      const request = amounts.requests[resource] ?? limit;
      return [resource, size(request) > size(limit) ? limit : request];
    }),
  );
  return { limits, requests };
}

function size(amount: string): number {
  return amount.endsWith("m") ? Number(amount.slice(0, -1)) / 1000 : bytesOf(amount);
}

const GPU_DRIVERS: Readonly<Record<string, string>> = {
  nvidia: "nvidia.com/gpu",
  amd: "amd.com/gpu",
  intel: "gpu.intel.com/i915",
};

/** `gpus`, and devices that `deploy` reserves with the capability `gpu`. */
function gpus({ node }: Context): Part {
  const written = at(node, "gpus");
  if (written && !isMapping(written.value) && textOf(written) !== null) return everyGpu(written);
  const reserved = itemsOf(at(node, "deploy", "resources", "reservations", "devices"));
  return together([...itemsOf(written), ...reserved].map((item) => device(item, item.path.includes("gpus"))));
}

function everyGpu(node: ComposeNode): Part {
  const told = guess(node, "a pod asks for a number of GPUs: 1 it is", "write gpu.count");
  return part({ gpu: { count: 1 } }, [carried(node, "gpu.count", told)]);
}

function device(item: ComposeNode, isGpu: boolean): Part {
  const capabilities = itemsOf(at(item, "capabilities")).map((one) => textOf(one));
  if (!isGpu && !capabilities.some((one) => one === "gpu" || one === "nvidia" || one === "compute"))
    return part({}, [
      lost(item, `no resource is known for ${capabilities.join(", ")}`, "write resources.limits.<name>"),
    ]);
  const driver = textOf(at(item, "driver")) ?? "nvidia";
  const resourceName = GPU_DRIVERS[driver];
  const ids = itemsOf(at(item, "device_ids")).length;
  const count = numberOf(at(item, "count"));
  const counted = at(item, "count");
  const isAll = counted !== undefined && count === null;
  const gpu: JsonObject = {
    count: Math.max(1, count ?? ids),
    ...(resourceName !== undefined && resourceName !== "nvidia.com/gpu" && { resourceName }),
  };
  const all = isAll ? guess(counted, "a pod asks for a number of GPUs: 1 it is", "write gpu.count") : null;
  return part({ gpu }, [
    ...(counted ? [carried(counted, "gpu.count", all)] : []),
    ...entriesOf(item).flatMap(([key, node]) => {
      if (key === "driver" && resourceName === undefined)
        return [lost(node, "its resource is not known", "write gpu.resourceName")];
      return key === "driver" || key === "capabilities" ? [carried(node, "gpu")] : [];
    }),
  ]);
}

function runtime({ node }: Context): Part {
  const written = at(node, "runtime");
  const text = textOf(written);
  if (!written || text === null) return part({}, []);
  if (text === "runc") return part({}, [carried(written, "the cluster's own")]);
  const told = partly(written, `the cluster must have a RuntimeClass "${text}"`, "kubectl get runtimeclass");
  const runtimeClassName = text.toLowerCase().replaceAll(/[^a-z0-9.-]+/g, "-");
  return part({ runtimeClassName }, [carried(written, "runtimeClassName", told)]);
}
