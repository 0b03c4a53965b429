export * as airgap from "./airgap/index.ts";
export * as configuration from "./configuration/index.ts";
export * as identity from "./identity/index.ts";
export * as images from "./images/index.ts";
export * as network from "./network/index.ts";
export * as scheduling from "./scheduling/index.ts";
export * as security from "./security/index.ts";
export * as sources from "./sources/index.ts";
