import type { KubeApi } from "./cluster/api/api.ts";
import { type Observer, openObserver } from "./cluster/observe.ts";
import type { LoopEvent } from "./core/events.ts";
import type { Target } from "./core/target.ts";
import type { Pods } from "./sources/pods.ts";
import type { ReadTarget } from "./sources/registry.ts";

/** What watches over a session's platform. `current`: the target as it was read last. */
export function sessionObserver(
  { inputs, target }: ReadTarget,
  api: KubeApi,
  pods: Pods,
  current: () => Target,
  emit: (event: LoopEvent) => void,
  signal: AbortSignal,
): Observer {
  const dependencies = (service: string): string[] => dependenciesOf(current(), service);
  const { environment } = target;
  return openObserver({
    api,
    pods,
    platform: inputs.registry.name,
    environment,
    dependenciesOf: dependencies,
    emit,
    signal,
  });
}

/** A service that is not part of this session counts as there. */
function dependenciesOf({ services }: Target, service: string): string[] {
  const { dependsOn = [] } = services.find(({ name }) => name === service) ?? {};
  return dependsOn.map((one) => one.service).filter((other) => services.some(({ name }) => name === other));
}
