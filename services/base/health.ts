import { checkDependencies } from "./dependencies.ts";
import type { Dependency, DependencyState } from "./dependencies.ts";
import type { Logger } from "./logger.ts";
import type { App } from "./service.ts";

// Below the kubelet's default probe timeout of one second, so that a probe is answered with
// the reason instead of being cut off.
const checkTimeoutMs = 800;

/**
 * `/health/live` answers 200 as long as the process serves: a broken dependency is no reason
 * to restart. `/health/ready` answers 200 when every dependency does, else 503; both times
 * with `{ready, dependencies: [{name, ready, reason?}]}`.
 */
export function addHealth(app: App, dependencies: readonly Dependency[], logger: Logger): void {
  const logChange = changeLogger(logger);
  app.get("/health/live", { config: { quiet: true } }, async () => ({ live: true }));
  app.get("/health/ready", { config: { quiet: true } }, async (_request, reply) => {
    const states = await checkDependencies(dependencies, checkTimeoutMs);
    const ready = states.every((state) => state.ready);
    logChange(ready, states);
    return reply.status(ready ? 200 : 503).send({ ready, dependencies: states });
  });
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
