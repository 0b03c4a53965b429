export { dockerDesktopKind } from "./docker-desktop-kind.ts";
export { k3d } from "./k3d.ts";
export { k3s } from "./k3s.ts";
export { kind } from "./kind.ts";
export { minikube } from "./minikube.ts";
export { sharedEngine } from "./shared-engine.ts";
