import { setTimeout as sleep } from "node:timers/promises";
import { exitOnCrash, exitOnSignal } from "../../services/base/lifecycle.ts";
import { createLogger } from "../../services/base/logger.ts";
import { portsFrom, startService } from "../../services/base/server.ts";
import type { Route } from "../../services/base/router.ts";

// A service whose one request takes long enough to be stopped in its middle.

const logger = createLogger("slow");
exitOnCrash(logger);

const slow: Route = {
  method: "GET",
  path: "/slow",
  handle: async () => {
    logger.info("working");
    await sleep(600);
    return { status: 200, body: { done: true } };
  },
};

const service = await startService({
  ...portsFrom(process.env),
  logger,
  routes: [slow],
  dependencies: [{ name: "store", check: async () => undefined, close: async () => logger.info("store closed") }],
});
exitOnSignal(service, logger);
