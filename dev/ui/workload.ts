import type { ServiceState, State } from "../core/state.ts";

// What the table says of a service's objects.

/** Null where it is not known yet, and for what has no fixed number of pods. */
export function wantedReplicas({ wanted }: ServiceState): number | null {
  const workload = wanted?.objects.find(({ kind }) => kind === "Deployment" || kind === "StatefulSet");
  if (!workload) return null;
  return (workload as { readonly spec?: { readonly replicas?: number } }).spec?.replicas ?? 1;
}

/** Where it can be reached on this machine. */
export function addressOf({ services }: State, service: string): string | null {
  const [forward] = services.get(service)?.target.forwards ?? [];
  return forward ? `localhost:${forward.localPort}` : null;
}
