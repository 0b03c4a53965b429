import { run } from "./run.ts";

/** A connection that some pod tries to open. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

/** From each network namespace of a node that is not the node's own: the address it has, and what it reaches. */
const SCRIPT = `
for space in /var/run/netns/*; do
  address=$(nsenter --net="$space" ip -4 -o address show scope global | awk '{ sub("/.*", "", $4); print $4; exit }')
  for target in "$@"; do
    ( nsenter --net="$space" timeout 10 bash -c "</dev/tcp/\${target%:*}/\${target##*:}" 2>/dev/null &&
        echo "$address $target opened" || echo "$address $target refused" ) &
  done
done
wait`;

/**
 * Which targets the pods of a node reach, by the pods' addresses. Asked from a pod's own network, with the node's
 * programs: what a pod may do does not depend on what its image has.
 */
export async function reached(
  node: string,
  targets: readonly Target[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, boolean>>> {
  const words = targets.map(({ host, port }) => `${host}:${port}`);
  const text = await run("docker", ["exec", node, "bash", "-c", SCRIPT, "reach", ...words]);
  const answers = new Map<string, Map<string, boolean>>();
  for (const line of text.split("\n")) {
    const [address = "", target = "", answer] = line.split(" ");
    const ofPod = answers.get(address) ?? new Map<string, boolean>();
    answers.set(address, ofPod.set(target, answer === "opened"));
  }
  return answers;
}
