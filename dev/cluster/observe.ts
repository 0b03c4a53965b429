import { type Finding, UserError, userError } from "../../tools/lib/errors.ts";
import type { LoopEvent } from "../core/events.ts";
import type { Drawing } from "../core/target.ts";
import type { Pods } from "../sources/pods.ts";
import { newAddresses } from "./addresses.ts";
import type { KubeApi } from "./api/api.ts";
import { type WorkloadRef, newFollowing, workloadsOf } from "./following.ts";
import { newGatherer } from "./gather.ts";
import { jobFailure } from "./job-failure.ts";
import { newLogs } from "./logs.ts";
import { newRollOuts } from "./roll-out.ts";
import { WORKLOAD_KINDS, rolloutOf } from "./rollout.ts";
import { newTeller } from "./teller.ts";
import { reportTroubles } from "./troubles.ts";
import { versionsOf } from "./versions.ts";
import { watchView } from "./view.ts";

/** Watches over the platform in the cluster: waits for what was applied, and tells what is wrong with it. */
export interface Observer {
  /**
   * A service is about to be applied as it is drawn: what was told about it before means nothing any more, and nothing
   * of it is looked at until `observe`.
   */
  reset(service: string, drawing: Drawing): void;
  /**
   * Resolves when every workload that is drawn is rolled out and every job is done. Throws a `UserError` when a job
   * has failed for good, or after `timeoutMs` (null: waits as long as the session lasts).
   */
  observe(service: string, drawing: Drawing, timeoutMs: number | null, signal: AbortSignal): Promise<void>;
  /** Resolves when nothing of it is left, after the session's signal. */
  readonly ended: Promise<void>;
}

interface Options {
  readonly api: KubeApi;
  readonly pods: Pods;
  /** The registry's name. */
  readonly platform: string;
  readonly environment: string;
  /** Names under `dependsOn` of a service; only services that this session starts. */
  readonly dependenciesOf: (service: string) => readonly string[];
  readonly emit: (event: LoopEvent) => void;
  readonly signal: AbortSignal;
}

export function openObserver(options: Options): Observer {
  const { api, pods, platform, environment, signal: session } = options;
  const view = watchView(api, platform, WORKLOAD_KINDS, session);
  const following = newFollowing(view);
  const teller = newTeller(options.emit);
  const lookAgain = (): void => troubles.look(null);
  const logs = newLogs(api, lookAgain, session);
  const addresses = newAddresses(api, platform, lookAgain, session);
  const gather = newGatherer({ ...options, view, following, logs, addresses });
  const rollOut = newRollOuts({ api, view, pods, following });
  const troubles = reportTroubles({ view, pods, following, gather, teller, environment, signal: session });
  return {
    reset(service, drawing) {
      teller.forget(service);
      following.reset(service, drawing);
    },
    async observe(service, drawing, timeoutMs, ownSignal) {
      if (following.present(service) === null) following.reset(service, drawing);
      const refs = workloadsOf(drawing.objects);
      const signal = AbortSignal.any([ownSignal, session]);
      following.start(service, drawing, await versionsOf(api, refs, signal));
      troubles.look(service);
      const outcome = await rollOut({ service, count: refs.length, timeoutMs, signal });
      if (outcome === "aborted") return;
      if (outcome === "late") throw tooLate(refs, timeoutMs ?? 0, teller.lastOf(service));
      const failed = outcome.filter((workload) => rolloutOf(workload) === "failed");
      if (failed.length > 0) throw new UserError(await Promise.all(failed.map((job) => jobFailure(api, job, signal))));
      teller.allRecovered(service);
    },
    ended: view.ended,
  };
}

function tooLate(refs: readonly WorkloadRef[], timeoutMs: number, last: Finding | null): Error {
  const names = refs.map(({ kind, name }) => `${kind}/${name}`);
  return userError(
    "ROLLOUT_TIMEOUT",
    names.join(", "),
    `not Ready after ${Math.round(timeoutMs / 1000)} s${last ? `: ${last.message}` : ""}`,
    last?.fix ?? "look at its pods: kubectl describe pods, kubectl logs",
  );
}
