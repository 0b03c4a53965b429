import { type Mistake, one } from "./mistakes-of-shape.ts";

const BUDGET = '"podDisruptionBudget": { "minAvailable": 1 },';
const WEB = '"web": {\n      "namespace": "front",';
const GPU = '"gpu": { "count": 1, "shmSize": "128Mi" },';
const OPEN = '"networkPolicy": { "allowFrom": { "all": { "cidrs": ["0.0.0.0/0"] } } },';

/** Something beside the service "web". */
function beside(text: string): readonly [string, string] {
  return [BUDGET, `${BUDGET} ${text}`];
}

/** One more service, before "web". */
function outside(text: string): readonly [string, string] {
  return [WEB, `"outside": ${text},\n    ${WEB}`];
}

const PORTS = '"namespace": "back", "ports": { "https": { "containerPort": 443 } }';

/** How a service is reached, and what it may reach. */
export const NETWORK: readonly Mistake[] = [
  // Services.
  one(
    "a headless Service is of type NodePort",
    beside(`${OPEN} "service": { "type": "NodePort", "headless": »true },`),
    "SERVICE_TYPE",
    /extraServices/,
  ),
  one(
    "a traffic policy for clients outside, who cannot come in",
    beside('"service": { "externalTrafficPolicy": »"Local" },'),
    "SERVICE_TYPE",
    /NodePort or LoadBalancer/,
  ),
  one(
    "the class of a load balancer that is none",
    beside(`${OPEN} "service": { "type": "NodePort", "loadBalancerClass": »"a/b" },`),
    "SERVICE_TYPE",
    /to LoadBalancer/,
  ),
  one(
    "ranges of a load balancer that is none",
    beside('"extraServices": { "more": { "loadBalancerSourceRanges": »["10.0.0.0/8"] } },'),
    "SERVICE_TYPE",
    /extraServices\.more/,
  ),
  one(
    "a port of the nodes for a ClusterIP",
    ['"http": { "containerPort": 3000 }', '"http": { "containerPort": 3000, "nodePort": »30000 }'],
    "SERVICE_TYPE",
    /NodePort or LoadBalancer/,
  ),
  one(
    "two Services want one port of the nodes",
    beside(
      `${OPEN} "extraServices": { "a": { "type": "NodePort", "ports": { "http": { "nodePort": 30001 } } }, "b": { "type": "NodePort", "ports": { "http": { "nodePort": »30001 } } } },`,
    ),
    "NODE_PORT_CLASH",
    /another nodePort/,
  ),
  one(
    "a further Service shows a port that there is not",
    beside('"extraServices": { "more": { "ports": { "htp": »{} } } },'),
    "PORT_UNKNOWN",
    /"http"/,
  ),
  one(
    "a further Service shows no port",
    beside('"extraServices": { "more": »{ "ports": {} } },'),
    "SERVICE_PORTS",
    /"ports"/,
  ),
  one(
    "a further Service shows two ports at one number",
    [
      '"metrics": { "port": "metrics" },',
      '"metrics": { "port": "metrics" }, "extraServices": { "more": { "ports": { "http": {}, "metrics": »{ "servicePort": 80 } } } },',
    ],
    "PORT_CLASH",
    /servicePort/,
  ),
  one(
    "a further Service is called as the service's own",
    beside('"extraServices": { "more": »{ "name": "web" } },'),
    "OBJECT_CLASH",
    /another name/,
  ),
  one(
    "a further Service of one is called as another service",
    [GPU, `${GPU} "extraServices": { "more": »{ "name": "db" } },`],
    "OBJECT_CLASH",
    /another name/,
  ),
  one(
    "ports of the nodes are open, and the policy lets nobody in",
    beside('"service": { "type": »"NodePort" },'),
    "SERVICE_CLOSED",
    /allowFrom/,
  ),

  // What runs elsewhere.
  one(
    "a service in the cluster says that it lies elsewhere",
    beside('"external": »{ "host": "example.com" },'),
    "EXTERNAL_KIND",
    /"kind": "External"/,
  ),
  one(
    "what runs elsewhere says not where",
    outside(`»{ "kind": "External", ${PORTS} }`),
    "EXTERNAL_TARGET",
    /environments\.(local|enclave)/,
  ),
  one(
    "what runs elsewhere says twice where",
    outside(`{ "kind": "External", ${PORTS}, "external": »{ "host": "example.com", "addresses": ["192.0.2.1"] } }`),
    "EXTERNAL_TARGET",
    /null/,
  ),
  one(
    "what runs elsewhere says no port",
    outside('»{ "kind": "External", "namespace": "back", "external": { "host": "example.com" } }'),
    "EXTERNAL_PORTS",
    /containerPort/,
  ),
  one(
    "what runs elsewhere is given as a URL",
    outside(`{ "kind": "External", ${PORTS}, "external": { "host": »"https://example.com" } }`),
    "EXTERNAL_HOST",
    /without scheme/,
  ),
  one(
    "what runs elsewhere has an address for a name",
    outside(`{ "kind": "External", ${PORTS}, "external": { "host": »"192.0.2.1" } }`),
    "EXTERNAL_HOST",
    /addresses/,
  ),
  one(
    "what runs elsewhere is at the loopback address",
    outside(`{ "kind": "External", ${PORTS}, "external": { "addresses": ["192.0.2.1", »"127.0.0.1"] } }`),
    "EXTERNAL_ADDRESS",
    /other machine/,
  ),
  one(
    "what runs elsewhere has replicas",
    outside(`{ "kind": "External", ${PORTS}, "external": { "host": "example.com" }, "replicas": »2 }`),
    "EXTERNAL_FIELD",
    /remove it/,
  ),
  one(
    "a name outside has a port of the nodes",
    outside(
      '{ "kind": "External", "namespace": "back", "ports": { "https": { "containerPort": 443, "nodePort": »30443 } }, "external": { "host": "example.com" } }',
    ),
    "EXTERNAL_FIELD",
    /remove it/,
  ),

  // Policies.
  one(
    "a caller is neither pods nor networks",
    beside('"networkPolicy": { "allowFrom": { "someone": »{} } },'),
    "PEER_TARGET",
    /exactly one/,
  ),
  one(
    "a caller is both pods and networks",
    beside('"networkPolicy": { "allowFrom": { "someone": »{ "namespace": "a", "cidrs": ["10.0.0.0/8"] } } },'),
    "PEER_TARGET",
    /exactly one/,
  ),
  one(
    "networks have no labels",
    beside('"networkPolicy": { "allowTo": { "a": { "cidrs": ["10.0.0.0/8"], "labels": »{ "a": "b" } } } },'),
    "PEER_FIELD",
    /namespace/,
  ),
  one(
    "an exception lies outside of the network",
    beside('"networkPolicy": { "allowTo": { "a": { "cidrs": ["10.0.0.0/8"], "except": [»"192.168.0.0/16"] } } },'),
    "PEER_EXCEPT",
    /smaller network/,
  ),
  one(
    "a caller may reach a port that there is not",
    beside('"networkPolicy": { "allowFrom": { "a": { "namespace": "a", "ports": [»"htp"] } } },'),
    "PORT_UNKNOWN",
    /"http"/,
  ),
  one(
    "a caller may reach no port",
    beside('"networkPolicy": { "allowFrom": { "a": »{ "namespace": "a", "ports": [] } } },'),
    "PEER_PORTS",
    /"ports"/,
  ),
  one(
    "a range of ports ends before it begins",
    beside('"networkPolicy": { "allowTo": { "a": { "namespace": "a", "ports": [{ "port": 90, "endPort": »80 }] } } },'),
    "PEER_PORTS",
    /90 or more/,
  ),
  one(
    "a service on the network of the nodes asks one that is not",
    ['"dependsOn": { "api": {} }', '"hostNetwork": true, "dependsOn": { "api": »{} }'],
    "HOST_NETWORK_EDGE",
    /allowFrom/,
  ),
  one(
    "a service asks one on the network of the nodes",
    ['"dependsOn": { "api": {} }', '"dependsOn": { "api": {}, "agent": »{} }'],
    "HOST_NETWORK_EDGE",
    /allowTo/,
    outside(
      '{ "namespace": "back", "image": "a/agent:1", "hostNetwork": true, "ports": { "http": { "containerPort": 9100 } } }',
    ).map((text) => text.replace('"outside"', '"agent"')) as [string, string],
  ),
];
