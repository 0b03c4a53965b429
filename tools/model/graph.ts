import type { EffectiveService } from "../registry/effective.ts";

/** `from` may open connections to these ports of `to`: an edge of the network policies and of the start order. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  /** Names of the target's ports. */
  readonly ports: readonly string[];
}

/** Declared edges by caller, then by target. No ports written means every port but the one for metrics. */
export function edgesOf(services: readonly EffectiveService[]): Edge[] {
  const byName = new Map(services.map((one) => [one.name, one.service]));
  return services.flatMap(({ name, service }) =>
    Object.entries(service.dependsOn ?? {}).map(([to, { ports }]) => {
      const target = byName.get(to);
      const all = Object.keys(target?.ports ?? {}).filter((port) => port !== target?.metrics?.port);
      return { from: name, to, ports: ports ?? all };
    }),
  );
}

/** Names so that each comes after what it depends on; ties by name. Cycles were refused before. */
export function startOrder(names: readonly string[], edges: readonly Edge[]): string[] {
  const ordered: string[] = [];
  const placed = new Set<string>();
  const place = (name: string): void => {
    if (placed.has(name) || !names.includes(name)) return;
    placed.add(name);
    edges.filter((edge) => edge.from === name).forEach((edge) => place(edge.to));
    ordered.push(name);
  };
  names.toSorted().forEach(place);
  return ordered;
}
