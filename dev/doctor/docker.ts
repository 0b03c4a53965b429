import { localEngines } from "../../tools/cluster/docker-engine.ts";
import { type Check, finding } from "./check.ts";

export const docker: Check = {
  title: "Docker",
  async look({ exec, dockerHost }) {
    const [engine] = await localEngines(dockerHost);
    if (!engine)
      return finding(
        "ENGINE_UNREACHABLE",
        "Docker engine",
        "no Docker engine of this machine answers",
        "start Docker; if it runs under another socket, name it: DOCKER_HOST=unix:///path/docker.sock",
      );
    const args = ["--host", `unix://${engine.socketPath}`, "version", "--format", "{{.Server.Version}}"];
    const version = await exec.run("docker", args).catch(() => null);
    return `${version?.exitCode === 0 ? `engine ${version.stdout.trim()}` : "an engine"} at ${engine.socketPath}`;
  },
};
