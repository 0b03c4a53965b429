import type { Kubectl } from "../../tools/cluster/kubectl.ts";
import type { Finding } from "../../tools/lib/errors.ts";
import { listed } from "../../tools/lib/text.ts";
import type { LoopEvent } from "../core/events.ts";
import type { Cluster } from "../core/ports.ts";
import type { Target } from "../core/target.ts";
import type { KubeApi } from "./api/api.ts";
import { applyDrawing } from "./apply-drawing.ts";
import { type Holder, holdCluster } from "./hold.ts";
import { observe } from "./observe.ts";
import { pruneServices } from "./prune-services.ts";
import { restartPods } from "./apply-restart.ts";
import { missingSecrets } from "./secrets.ts";
import { takeover } from "./takeover.ts";
import type { Troubles } from "./troubles.ts";

export interface ClusterOptions {
  readonly api: KubeApi;
  readonly kubectl: Kubectl;
  readonly platform: string;
  readonly environment: string;
  readonly troubles: Troubles;
  readonly emit: (event: LoopEvent) => void;
  /** Makes the Secrets that are ours to make; resolves with the names of those that it has made. */
  readonly createSecrets: () => Promise<readonly string[]>;
  /** How long a service may take to become Ready, and the API to answer; null: as long as it takes. */
  readonly readyTimeoutMs: number | null;
  /** `--prune-data`: whether claims, Namespaces and definitions may be deleted that are drawn no more, or cannot be changed. */
  readonly mayDeleteData: boolean;
}

export interface OpenCluster extends Cluster {
  /** Ends what goes on in the background: the watch for drift, and the last write of an inventory. */
  close(): Promise<void>;
}

/** The cluster as the loop sees it, through its API. */
export function apiCluster(options: ClusterOptions): OpenCluster {
  const { kubectl, troubles, emit, createSecrets, readyTimeoutMs, platform } = options;
  const holder: Holder = holdCluster(options);
  const { api } = holder;
  let isTakeoverTold = false;
  return {
    async prepare({ target }, signal) {
      const grip = await holder.grip(signal);
      // Before the first apply: afterwards the loop is the one that has applied them.
      const findings = isTakeoverTold ? [] : await takeover(api, platform, signal);
      isTakeoverTold = true;
      await applyDrawing(grip, null, target.shared.objects, signal);
      findings.push(...(await secrets(target, signal)));
      for (const finding of findings) emit({ type: "noticed", finding });
    },
    async apply({ service, drawing }, signal) {
      const jobs = drawing.objects.filter(({ kind }) => kind === "Job").map(({ metadata }) => metadata.name);
      troubles.reset(service, jobs);
      return applyDrawing(await holder.grip(signal), service, drawing.objects, signal);
    },
    prune: async ({ target }, signal) => pruneServices(await holder.grip(signal), target.everyService, signal),
    restart: ({ drawing }, signal) => restartPods(api, drawing.objects, signal),
    observe: ({ drawing }, signal) => observe(kubectl, drawing.objects, readyTimeoutMs, signal),
    close: () => holder.close(),
  };

  /** Makes what is missing and can be made; says what it has made, and what it cannot make. */
  async function secrets(target: Target, signal: AbortSignal): Promise<Finding[]> {
    const missing = await missingSecrets(api, target.secrets, target.environment, signal);
    if (missing.length === 0) return [];
    const created = await createSecrets();
    if (created.length === 0) return missing;
    return [
      secretsCreated(created, target.environment),
      ...(await missingSecrets(api, target.secrets, target.environment, signal)),
    ];
  }
}

function secretsCreated(names: readonly string[], environment: string): Finding {
  const message = `${listed(names)} did not exist and was made, with generated values that are kept in .slipway/secrets/${environment}.yaml`;
  return { code: "SECRETS_CREATED", severity: "warning", where: "cluster", message, fix: "nothing to do" };
}
