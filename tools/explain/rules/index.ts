export { CONFIG } from "./config.ts";
export { NAMESPACES } from "./namespaces.ts";
export { NETWORK } from "./network.ts";
export { ROUTES } from "./routes.ts";
export { WORKLOADS } from "./workloads.ts";
