import type { AddressInfo } from "node:net";
import { createMockServer } from "./server.ts";
import { SettingsError } from "./settings/check.ts";
import { readPort, readSettings } from "./settings/read.ts";

// Nothing here is worth finishing: a stand-in that is replaced should be gone at once.
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.exit(0));

try {
  const settings = readSettings(process.env);
  const server = createMockServer(settings);
  server.on("error", (error: NodeJS.ErrnoException) => {
    fail({
      code: "MOCK_LISTEN",
      where: "environment.PORT",
      message: error.message,
      fix: "Set PORT to a port that is free.",
    });
  });
  server.listen(readPort(process.env), () => {
    const { port } = server.address() as AddressInfo;
    log({ message: "listening", port, models: settings.models });
  });
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  const { code, where, message, fix } = error;
  fail({ code, where, message, fix });
}

function fail(problem: { code: string; where: string; message: string; fix: string }): void {
  log({ level: "error", ...problem });
  process.exitCode = 1;
}

function log(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
