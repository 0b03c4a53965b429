import { BlockList, isIPv6 } from "node:net";

/** Whether a network in CIDR notation lies within another one, and is not all of it. */
export function isStrictlyWithin(inner: string, outer: string): boolean {
  const [address, prefix] = partsOf(inner);
  const [base, outerPrefix] = partsOf(outer);
  if (familyOf(address) !== familyOf(base) || prefix <= outerPrefix) return false;
  return contains(outer, address);
}

/** Whether a network in CIDR notation holds an address; never true across families. */
export function contains(network: string, address: string): boolean {
  const [base, prefix] = partsOf(network);
  if (familyOf(address) !== familyOf(base)) return false;
  const list = new BlockList();
  list.addSubnet(base, prefix, familyOf(base));
  return list.check(address, familyOf(address));
}

export function familyOf(address: string): "ipv4" | "ipv6" {
  return isIPv6(address) ? "ipv6" : "ipv4";
}

/** The network that holds this address alone. */
export function hostNetwork(address: string): string {
  return `${address}/${familyOf(address) === "ipv6" ? 128 : 32}`;
}

function partsOf(network: string): readonly [address: string, prefix: number] {
  const slash = network.lastIndexOf("/");
  return [network.slice(0, slash), Number(network.slice(slash + 1))];
}
