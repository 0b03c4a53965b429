import { once } from "node:events";
import { exitOnCrash, exitOnSignal } from "../../services/base/lifecycle.ts";
import { createLogger } from "../../services/base/logger.ts";
import { portsFrom, startService } from "../../services/base/service.ts";
import type { App } from "../../services/base/service.ts";

// A service whose one request takes until SIGUSR2, so that it can be stopped in its middle.

const logger = createLogger("slow");
exitOnCrash(logger);

function routes(app: App): void {
  app.get("/slow", async () => {
    logger.info("working");
    await once(process, "SIGUSR2");
    return { done: true };
  });
}

const service = await startService({
  ...portsFrom(process.env),
  logger,
  routes,
  dependencies: [{ name: "store", check: async () => undefined, close: async () => logger.info("store closed") }],
});
exitOnSignal(service, logger);
