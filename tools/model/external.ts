import { contains, familyOf, hostNetwork } from "../lib/cidr.ts";
import { byCodePoint } from "../lib/merge.ts";
import type { Service } from "../registry/schema/service.ts";

/** Where something lies that runs elsewhere: a name, or addresses. */
export interface ExternalModel {
  /** Null where addresses are given. */
  readonly host: string | null;
  /** Sorted; empty where a host is given. */
  readonly addresses: readonly string[];
  /** Where the policies of its callers must let them go. */
  readonly blocks: readonly AddressBlock[];
}

/** An `ipBlock` of a network policy. */
export interface AddressBlock {
  readonly cidr: string;
  readonly except: readonly string[];
}

// Whoever may ask these for the node's credentials may be the node.
const METADATA = ["169.254.169.254", "fd00:ec2::254"];

export function externalModel(service: Service, resolve: (text: string) => string): ExternalModel | null {
  const written = service.kind === "External" ? service.external : undefined;
  if (!written) return null;
  const addresses = (written.addresses ?? []).toSorted(byCodePoint);
  return {
    host: written.host === undefined ? null : resolve(written.host),
    addresses,
    blocks: blocksOf(written.cidrs, addresses),
  };
}

/** Behind a name may be any address: the narrowest that is known, else everything but the cloud's metadata. */
function blocksOf(cidrs: readonly string[] | undefined, addresses: readonly string[]): AddressBlock[] {
  if (cidrs) return cidrs.toSorted(byCodePoint).map((cidr) => ({ cidr, except: [] }));
  if (addresses.length > 0) return addresses.map((address) => ({ cidr: hostNetwork(address), except: [] }));
  return ["0.0.0.0/0", "::/0"].map((cidr) => ({
    cidr,
    except: METADATA.filter((address) => contains(cidr, address)).map(hostNetwork),
  }));
}

/** Addresses of one family: an EndpointSlice holds no others. */
export function addressesOf({ addresses }: ExternalModel, family: "ipv4" | "ipv6"): string[] {
  return addresses.filter((address) => familyOf(address) === family);
}
