import type { Finding } from "../../tools/lib/errors.ts";
import { UserError } from "../../tools/lib/errors.ts";
import type { Pods } from "../sources/pods.ts";
import { type Copies, type CopyContext, copiesInto } from "./copies.ts";
import type { WantedFile } from "./host-files.ts";
import { type Replica, replicasOf } from "./replicas.ts";

/** Containers that run, and the way into each. */
export interface Started {
  /** Containers of a service that have started get what they lack; those that are gone are forgotten. */
  meet(service: string): void;
  of(replica: Replica): Copies;
  close(): void;
}

/** `lacking`: everything that a container which has just started should have. */
export function startedContainers(
  pods: Pods,
  context: CopyContext,
  lacking: (replica: Replica) => Promise<readonly WantedFile[]>,
): Started {
  const containers = new Map<string, Copies>();
  return { meet, of, close: () => [...containers.values()].forEach((copies) => copies.close()) };

  function meet(service: string): void {
    const running = replicasOf(pods.of(service));
    for (const replica of running) of(replica);
    const ids = new Set(running.map(idOf));
    for (const [id, copies] of containers)
      if (id.startsWith(`${service} `) && !ids.has(id)) {
        copies.close();
        containers.delete(id);
      }
  }

  function of(replica: Replica): Copies {
    const found = containers.get(idOf(replica));
    if (found) return found;
    const copies = copiesInto(replica, context);
    containers.set(idOf(replica), copies);
    copies.bring(() => lacking(replica)).catch((error: unknown) => told(error, context));
    return copies;
  }
}

function idOf({ service, containerId }: Replica): string {
  return `${service} ${containerId}`;
}

function told(error: unknown, { signal, notice }: CopyContext): void {
  if (signal.aborted) return;
  if (error instanceof UserError) error.findings.forEach(notice);
  else notice(unforeseen(error));
}

function unforeseen(error: unknown): Finding {
  const message = error instanceof Error ? error.message : String(error);
  return { code: "SYNC_FAILED", severity: "warning", where: "containers", message, fix: "save the file once more" };
}
