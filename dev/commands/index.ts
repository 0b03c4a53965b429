export { cluster } from "./cluster.ts";
export { doctor } from "./doctor.ts";
export { status } from "./status.ts";
