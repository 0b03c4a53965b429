import { readFile, readdir, readlink } from "node:fs/promises";
import { publisherOf } from "../../tools/cluster/docker-engine.ts";
import type { Exec } from "../../tools/lib/exec.ts";

/** Who listens on a port of this machine. */
export interface Holder {
  /** `node (pid 1234)`, `container acme-db`. */
  readonly name: string;
  /** A command that ends it. */
  readonly stop: string;
}

interface Options {
  readonly exec: Exec;
  /** Null where no engine answers. */
  readonly dockerSocketPath: string | null;
  readonly platform?: NodeJS.Platform;
}

/** Null where it cannot be found out, as for another user's process. A container comes first: the process is only its proxy. */
export async function holderOf(port: number, { exec, dockerSocketPath, platform }: Options): Promise<Holder | null> {
  const container = dockerSocketPath === null ? null : await publisherOf(dockerSocketPath, port);
  if (container !== null) return { name: `container ${container}`, stop: `docker stop ${container}` };
  const found = await processOn(port, exec, platform ?? process.platform).catch(() => null);
  return found && { name: `${found.command} (pid ${found.pid})`, stop: `kill ${found.pid}` };
}

interface Process {
  readonly pid: number;
  readonly command: string;
}

async function processOn(port: number, exec: Exec, platform: NodeJS.Platform): Promise<Process | null> {
  if (platform === "linux") return linuxProcess(port);
  if (platform === "win32") return null;
  const { stdout } = await exec.run("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fpc"]);
  return parseLsof(stdout);
}

/** One field per line, `p` begins a process and `c` is its command. `man lsof`, OUTPUT FOR OTHER PROGRAMS */
export function parseLsof(text: string): Process | null {
  const all = [...text.matchAll(/^p(\d+)\nc(.*)$/gm)].map(([, pid, command = ""]) => ({ pid: Number(pid), command }));
  return all.find(({ pid }) => pid !== process.pid) ?? null;
}

async function linuxProcess(port: number): Promise<Process | null> {
  const tables = await Promise.all(
    ["/proc/net/tcp", "/proc/net/tcp6"].map((path) => readFile(path, "utf8").catch(() => "")),
  );
  const links = new Set(tables.flatMap((table) => listeningInodes(table, port)).map((inode) => `socket:[${inode}]`));
  if (links.size === 0) return null;
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  for (const pid of pids)
    if (await holdsOne(pid, links))
      return { pid: Number(pid), command: (await readFile(`/proc/${pid}/comm`, "utf8")).trim() };
  return null;
}

/** Inodes of the sockets that listen on a port. https://www.kernel.org/doc/Documentation/networking/proc_net_tcp.txt */
export function listeningInodes(table: string, port: number): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  return table.split("\n").flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    return local?.endsWith(`:${hex}`) && state === "0A" && inode !== undefined ? [inode] : [];
  });
}

/** Another user's process is closed to us. */
async function holdsOne(pid: string, links: ReadonlySet<string>): Promise<boolean> {
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const targets = await Promise.all(descriptors.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => "")));
  return targets.some((target) => links.has(target));
}
