import { isIP } from "node:net";
import { type Entry, type Part, carried, lost, partly } from "../entry.ts";
import { type ComposeNode, at, isMapping, itemsOf, pairsOf, textOf } from "../node.ts";
import type { Context } from "../project.ts";
import { part, together } from "./part.ts";

/** How a service resolves names, and whose network it is in. Who may talk to whom is in dependencies.ts. */
export function network({ node }: Context): Part {
  return together([nameServers(node), extraHosts(at(node, "extra_hosts")), networkMode(at(node, "network_mode"))]);
}

function nameServers(node: ComposeNode): Part {
  const servers = itemsOf(at(node, "dns"));
  const [right, wrong] = [servers.filter(isAddress), servers.filter((item) => !isAddress(item))];
  const searches = itemsOf(at(node, "dns_search"));
  const options = itemsOf(at(node, "dns_opt"));
  const texts = (items: readonly ComposeNode[]): string[] => items.map((item) => textOf(item) ?? "");
  const dnsConfig = {
    ...(right.length > 0 && { nameservers: texts(right) }),
    ...(searches.length > 0 && { searches: texts(searches) }),
    ...(options.length > 0 && { options: texts(options).map(option) }),
  };
  const fix = "allow them in networkPolicy.allowTo, or remove them";
  const entries = [
    ...right.map((item) =>
      carried(item, "dnsConfig.nameservers", partly(item, "the cluster's server is asked first", fix)),
    ),
    ...wrong.map((item) => lost(item, "Kubernetes wants the address of a server", "write dnsConfig.nameservers")),
    ...searches.map((item) => carried(item, "dnsConfig.searches")),
    ...options.map((item) => carried(item, "dnsConfig.options")),
  ];
  return part(Object.keys(dnsConfig).length === 0 ? {} : { dnsConfig }, entries);
}

function isAddress(node: ComposeNode): boolean {
  return isIP(textOf(node) ?? "") !== 0;
}

function option(text: string): object {
  const [name, value] = text.split(/:(.*)/s);
  return { name, ...(value !== undefined && { value }) };
}

/** `host:IP`, `host=IP`, or a mapping whose values may be lists. */
function extraHosts(node: ComposeNode | undefined): Part {
  const pairs = node && isMapping(node.value) ? mappedHosts(node) : pairsOf(node, /[:=]/);
  const byAddress = new Map<string, string[]>();
  const entries = pairs.map(({ name, value, node: item }): Entry => {
    const address = (value ?? "").replaceAll(/^\[|\]$/g, "");
    if (address === "host-gateway")
      return lost(
        item,
        "a cluster cannot reach this machine by a fixed address",
        'write a service of "kind": "External" for it',
      );
    if (isIP(address) === 0) return lost(item, `"${address}" is no address`, "write hostAliases");
    byAddress.set(address, [...(byAddress.get(address) ?? []), name]);
    return carried(item, "hostAliases");
  });
  const hostAliases = [...byAddress].map(([ip, hostnames]) => ({ ip, hostnames }));
  return part(hostAliases.length === 0 ? {} : { hostAliases }, entries);
}

function mappedHosts(node: ComposeNode): ReturnType<typeof pairsOf> {
  return pairsOf(node).flatMap(({ name, node: value }) =>
    itemsOf(value).map((item) => ({ name, value: textOf(item), node: item })),
  );
}

function networkMode(node: ComposeNode | undefined): Part {
  const text = textOf(node);
  if (!node || text === null) return part({}, []);
  if (text === "bridge" || text === "default") return part({}, [carried(node, "a pod has a network of its own")]);
  if (text === "host") {
    const message = "Pod Security restricted refuses the node's network";
    const told = partly(node, message, "let clients reach its ports by a Service, and remove hostNetwork");
    return part({ hostNetwork: true }, [carried(node, "hostNetwork", told)]);
  }
  if (text === "none")
    return part({}, [lost(node, "a pod always has a network", "its policies allow nothing that is not declared")]);
  return part({}, [lost(node, "pods share no network", "write one of the two as a sidecar of the other")]);
}
