import { hostname } from "node:os";
import { readFile } from "node:fs/promises";
import type { ApiNode, Machine } from "./judge.ts";
import type { Kubectl } from "./kubectl.ts";

interface NodeList {
  readonly items?: readonly {
    readonly metadata: { readonly name: string };
    readonly status?: {
      readonly nodeInfo?: {
        readonly containerRuntimeVersion?: string;
        readonly kernelVersion?: string;
        readonly machineID?: string;
      };
    };
  }[];
}

/** The nodes as the API names them; none when it does not answer: then they prove nothing. */
export async function apiNodes(kubectl: Kubectl): Promise<readonly ApiNode[]> {
  const { exitCode, stdout } = await kubectl.run(["get", "nodes", "-o", "json", "--request-timeout=5s"]);
  if (exitCode !== 0) return [];
  return ((JSON.parse(stdout) as NodeList).items ?? []).map(({ metadata, status }) => ({
    name: metadata.name,
    runtimeVersion: status?.nodeInfo?.containerRuntimeVersion ?? "",
    kernelVersion: status?.nodeInfo?.kernelVersion ?? "",
    machineId: status?.nodeInfo?.machineID ?? "",
  }));
}

/** https://www.freedesktop.org/software/systemd/man/latest/machine-id.html */
export async function thisMachine(): Promise<Machine> {
  const id = await readFile("/etc/machine-id", "utf8").catch(() => "");
  return { name: hostname(), id: id.trim() };
}
