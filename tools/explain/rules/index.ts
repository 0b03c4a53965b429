export { ACCOUNTS } from "./accounts.ts";
export { CONFIG } from "./config.ts";
export { NAMESPACES } from "./namespaces.ts";
export { NETWORK } from "./network.ts";
export { PLATFORM } from "./platform.ts";
export { ROUTES } from "./routes.ts";
export { WORKLOADS } from "./workloads.ts";
