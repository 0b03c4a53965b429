export { classes } from "./classes.ts";
export { environmentsKnown } from "./environments.ts";
export { exceptionsKnown } from "./exceptions.ts";
export { ingress } from "./ingress.ts";
export { idleSettings } from "./idle.ts";
export { manifestsKnown } from "./manifests.ts";
export { namespaceAccounts } from "./accounts.ts";
export { parametersKnown } from "./parameters.ts";
