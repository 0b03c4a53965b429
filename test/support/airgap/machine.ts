import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** How large a node says that it is. */
export interface Size {
  readonly cpus: number;
  readonly memoryGi: number;
}

/** kind's `extraMounts`: https://kind.sigs.k8s.io/docs/user/configuration/#extra-mounts */
export interface Mount {
  readonly hostPath: string;
  readonly containerPath: string;
  readonly readOnly: true;
}

/**
 * Files in place of those from which a kubelet learns how large its machine is, so that the scheduler places what asks
 * for a server's size. Nothing gets larger by it: limits are ceilings, and what runs takes what it needs.
 * Without NUMA nodes the kubelet counts the folders `cpu0`, `cpu1` …:
 * https://github.com/google/cadvisor/blob/v0.52.1/utils/sysinfo/sysinfo.go#L204
 */
export function madeUpMachine(folder: string, { cpus, memoryGi }: Size): Mount[] {
  const [memory, processors, numa] = ["meminfo", "cpu", "node"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const kilobytes = memoryGi * 2 ** 20;
  const lines = ["MemTotal", "MemFree", "MemAvailable"].map((name) => `${name}: ${kilobytes} kB\n`);
  writeFileSync(memory, [...lines, "SwapTotal: 0 kB\n", "SwapFree: 0 kB\n"].join(""));
  for (let cpu = 0; cpu < cpus; cpu++) mkdirSync(join(processors, `cpu${cpu}`), { recursive: true });
  mkdirSync(numa);
  return [
    { hostPath: memory, containerPath: "/proc/meminfo", readOnly: true },
    { hostPath: processors, containerPath: "/sys/devices/system/cpu", readOnly: true },
    { hostPath: numa, containerPath: "/sys/devices/system/node", readOnly: true },
  ];
}
