import { checkDependencies } from "./dependencies.ts";
import type { Dependency, DependencyState } from "./dependencies.ts";
import type { Logger } from "./logger.ts";
import type { Reply, Route } from "./router.ts";

// Below the kubelet's default probe timeout of one second, so that a probe is answered with
// the reason instead of being cut off.
const checkTimeoutMs = 800;

/**
 * `/health/live` answers 200 as long as the process serves: a broken dependency is no reason
 * to restart. `/health/ready` answers 200 when every dependency does, else 503; both times
 * with `{ready, dependencies: [{name, ready, reason?}]}`.
 */
export function healthRoutes(dependencies: readonly Dependency[], logger: Logger): Route[] {
  const logChange = changeLogger(logger);
  const ready = async (): Promise<Reply> => {
    const states = await checkDependencies(dependencies, checkTimeoutMs);
    const allReady = states.every((state) => state.ready);
    logChange(allReady, states);
    return { status: allReady ? 200 : 503, body: { ready: allReady, dependencies: states } };
  };
  return [
    {
      method: "GET",
      path: "/health/live",
      quiet: true,
      handle: () => ({ status: 200, body: { live: true } }),
    },
    { method: "GET", path: "/health/ready", quiet: true, handle: ready },
  ];
}

// Probes are not logged, so a change of readiness is, with its reason.
function changeLogger(logger: Logger) {
  let last: boolean | undefined;
  return (ready: boolean, states: readonly DependencyState[]): void => {
    if (ready === last) return;
    last = ready;
    if (ready) logger.info("ready");
    else logger.warn({ waitingFor: states.filter((state) => !state.ready) }, "not ready");
  };
}
