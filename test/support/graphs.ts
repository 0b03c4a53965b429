import fc from "fast-check";
import { type GraphNode, type PlatformGraph, platformGraph } from "../../tools/graph/platform-graph.ts";
import { baseModel, environmentModel } from "../../tools/model/model.ts";
import type { Inputs } from "../../tools/registry/read.ts";
import { arbitraryRegistry } from "./arbitrary-registry.ts";

/** Random registries with edges among their services; who calls stands later in the alphabet, so that there are no cycles. */
export const arbitraryPlatform = fc
  .tuple(arbitraryRegistry, fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 6 }))
  .map(([registry, pairs]) => {
    const services = structuredClone(registry["services"]) as Record<string, Record<string, unknown>>;
    const names = Object.keys(services).toSorted();
    for (const [a, b] of pairs) {
      const [to = "", from = ""] = [names[a % names.length] ?? "", names[b % names.length] ?? ""].toSorted();
      // What runs elsewhere calls nobody here.
      if (from === to || services[from]?.["kind"] === "External") continue;
      services[from] = { ...services[from], dependsOn: { ...(services[from]?.["dependsOn"] as object), [to]: {} } };
      // A service that is removed somewhere may not be depended upon there.
      services[to] = Object.fromEntries(Object.entries(services[to] ?? {}).filter(([key]) => key !== "environments"));
    }
    return { ...registry, services };
  });

export const MANY_PORTS: PlatformGraph = {
  title: "many",
  description: null,
  scraper: null,
  controller: null,
  resolver: null,
  groups: [
    group("one", [aNode("service a"), aNode("service b", { ports: ports("http", "grpc") })]),
    group("two", [aNode("service c", { ports: ports("amqp", "http", "metrics") }), aNode("service d")]),
  ],
  edges: [
    { kind: "dependency", from: "service a", path: null, to: "service b", ports: ["http", "grpc"] },
    { kind: "dependency", from: "service a", path: null, to: "service c", ports: ["amqp", "metrics"] },
    { kind: "dependency", from: "service a", path: null, to: "service d", ports: [] },
    { kind: "dependency", from: "service b", path: null, to: "service c", ports: ["http"] },
  ],
};

export function group(title: string, nodes: readonly GraphNode[]): PlatformGraph["groups"][number] {
  return { id: `namespace ${title}`, title, note: null, nodes };
}

export function ports(...names: readonly string[]): GraphNode["ports"] {
  return names.map((name) => ({ name, detail: "8080", isScraped: false }));
}

export function aNode(id: string, more: Partial<GraphNode> = {}): GraphNode {
  const title = id.slice(id.indexOf(" ") + 1);
  return {
    id,
    title,
    kind: "Deployment",
    amount: null,
    marks: [],
    description: null,
    peers: [],
    ports: [],
    paths: [],
    ...more,
  };
}

export function graphOf(inputs: Inputs, environment: string | null): PlatformGraph {
  const model = environment === null ? baseModel(inputs) : environmentModel(inputs, environment);
  return platformGraph(model, inputs.registry);
}
