export { environmentsKnown } from "./environments.ts";
export { exceptionsKnown } from "./exceptions.ts";
export { ingress } from "./ingress.ts";
