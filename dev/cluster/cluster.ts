import type { Kubectl } from "../../tools/cluster/kubectl.ts";
import type { Finding } from "../../tools/lib/errors.ts";
import { listed } from "../../tools/lib/text.ts";
import type { LoopEvent } from "../core/events.ts";
import type { Cluster } from "../core/ports.ts";
import type { Target } from "../core/target.ts";
import { applyObjects } from "./apply.ts";
import type { Observer } from "./observe.ts";
import { deleteSuperseded } from "./superseded-jobs.ts";
import { missingSecrets } from "./secrets.ts";
import { takeover } from "./takeover.ts";

interface Options {
  readonly kubectl: Kubectl;
  readonly observer: Observer;
  readonly emit: (event: LoopEvent) => void;
  /** Makes the Secrets that are ours to make; resolves with the names of those that it has made. */
  readonly createSecrets: () => Promise<readonly string[]>;
  /** How long a service may take to become Ready; null: as long as it takes. */
  readonly readyTimeoutMs: number | null;
}

const RESTARTED_KINDS: readonly string[] = ["Deployment", "StatefulSet", "DaemonSet"];

/** The cluster as the loop sees it, through kubectl. */
export function kubectlCluster({ kubectl, observer, emit, createSecrets, readyTimeoutMs }: Options): Cluster {
  let isTakeoverTold = false;
  return {
    async prepare({ target }, signal) {
      await applyObjects(kubectl, target.shared.objects, signal);
      const findings = await Promise.all([secrets(target, signal), isTakeoverTold ? [] : owners(target, signal)]);
      for (const finding of findings.flat()) emit({ type: "noticed", finding });
    },
    async apply({ service, drawing }, signal) {
      observer.reset(service, drawing);
      await applyObjects(kubectl, drawing.objects, signal);
      await deleteSuperseded(kubectl, service, drawing.objects, signal);
      return drawing.objects.length;
    },
    prune: () => Promise.resolve([]),
    async restart({ drawing }, signal) {
      for (const { kind, metadata } of drawing.objects.filter((object) => RESTARTED_KINDS.includes(object.kind)))
        await kubectl.run(["rollout", "restart", `${kind}/${metadata.name}`, "--namespace", metadata.namespace ?? ""], {
          signal,
        });
    },
    observe: ({ service, drawing }, signal) => observer.observe(service, drawing, readyTimeoutMs, signal),
  };

  /** Makes what is missing and can be made; says what it has made, and what it cannot make. */
  async function secrets(target: Target, signal: AbortSignal): Promise<Finding[]> {
    const missing = await missingSecrets(kubectl, target.secrets, target.environment, signal);
    if (missing.length === 0) return [];
    const created = await createSecrets();
    if (created.length === 0) return missing;
    return [
      secretsCreated(created, target.environment),
      ...(await missingSecrets(kubectl, target.secrets, target.environment, signal)),
    ];
  }

  async function owners(target: Target, signal: AbortSignal): Promise<Finding[]> {
    isTakeoverTold = true;
    return takeover(
      kubectl,
      target.services.map(({ namespace }) => namespace),
      signal,
    );
  }
}

function secretsCreated(names: readonly string[], environment: string): Finding {
  const message = `${listed(names)} did not exist and was made, with generated values that are kept in .slipway/secrets/${environment}.yaml`;
  return { code: "SECRETS_CREATED", severity: "warning", where: "cluster", message, fix: "nothing to do" };
}
