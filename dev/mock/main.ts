import type { AddressInfo } from "node:net";
import { createMockServer } from "./server.ts";

// MOCK_MODELS: the names it serves, separated by commas. PORT: 0 takes any free one.
const models = (process.env["MOCK_MODELS"] ?? "mage-chat").split(",").map((name) => name.trim());
const server = createMockServer({ models: models.filter((name) => name !== "") });

server.listen(Number(process.env["PORT"] ?? "8000"), () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ message: "listening", port, models })}\n`);
});

// Nothing here is worth finishing: a stand-in that is replaced should be gone at once.
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.exit(0));
