export { cluster } from "./cluster.ts";
export { doctor } from "./doctor.ts";
export { down } from "./down.ts";
export { status } from "./status.ts";
