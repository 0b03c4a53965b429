import { type BrokenService, type Place, type Part, deployment, SLEEP } from "./service.ts";

export function scheduled(place: Place): BrokenService[] {
  const asks = (requests: Part, limits: Part = {}): Part => ({ resources: { requests, limits } });
  const reported = /"reason":"Unschedulable"/;
  return [
    {
      name: "cpu",
      objects: [deployment(place, "cpu", SLEEP, asks({ cpu: "100" }))],
      code: "POD_RESOURCES",
      words: /^no node takes it: none has the 100 cpu left/,
      fix: /lower resources\.requests\.cpu/,
      reported,
    },
    {
      name: "much-memory",
      objects: [deployment(place, "much-memory", SLEEP, asks({ memory: "900Gi" }))],
      code: "POD_RESOURCES",
      words: /none has the 900Gi memory left/,
      fix: /lower resources\.requests\.memory/,
      reported,
    },
    {
      name: "gpu",
      objects: [deployment(place, "gpu", SLEEP, asks({ "nvidia.com/gpu": "1" }, { "nvidia.com/gpu": "1" }))],
      code: "POD_GPU",
      words: /none has a nvidia\.com\/gpu left$/,
      fix: /environments\.local\.mocks: "gpu"/,
      reported,
    },
    {
      name: "selector",
      objects: [deployment(place, "selector", SLEEP, {}, { nodeSelector: { zone: "absent" } })],
      code: "POD_NODE_SELECTOR",
      words: /labels that it demands \(zone=absent\)$/,
      fix: /nodeSelector/,
      reported,
    },
    {
      name: "taint",
      objects: [deployment(place, "taint", SLEEP, {}, { nodeSelector: { "slipway-test": place.node } })],
      code: "POD_TAINT",
      words: /does not tolerate the taint/,
      fix: /tolerations/,
      reported,
    },
    {
      name: "host-port",
      objects: [deployment(place, "host-port", SLEEP, { ports: [{ containerPort: 80, hostPort: place.port }] })],
      code: "POD_HOST_PORT",
      words: new RegExp(`port ${place.port} of the node is taken`),
      fix: /hostPort/,
      reported,
    },
    {
      name: "node",
      objects: [deployment(place, "node", SLEEP, {}, { nodeName: place.node, tolerations: [{ operator: "Exists" }] })],
      code: "NODE_NOT_READY",
      words: new RegExp(`^the node ${place.node} is not Ready: `),
      fix: /kubectl describe node/,
      reported: /"phase":"Pending"/,
    },
  ];
}
