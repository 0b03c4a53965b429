export { CONFIG } from "./config.ts";
export { NAMESPACES } from "./namespaces.ts";
export { NETWORK } from "./network.ts";
export { WORKLOADS } from "./workloads.ts";
