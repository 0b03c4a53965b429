import { sortedEntries } from "../lib/merge.ts";
import type { Registry } from "../registry/schema.ts";
import type { Service } from "../registry/schema/service.ts";
import { pointerSegment } from "./names.ts";

export type PolicyRule = NonNullable<NonNullable<Service["serviceAccount"]>["rules"]>[number];

/** An identity of pods, and what it may do. */
export interface AccountModel {
  readonly name: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** Of a Role in its namespace; empty: there is none. */
  readonly rules: readonly PolicyRule[];
  /** Of a ClusterRole; empty: there is none. */
  readonly clusterRules: readonly PolicyRule[];
  /** Whether its pods get a token for the API: where they may do something with it, unless the registry says otherwise. */
  readonly hasToken: boolean;
  /** Secrets with credentials for registries. */
  readonly imagePullSecrets: readonly string[];
}

/** An account that belongs to a namespace and to no service. */
export interface NamespaceAccount extends AccountModel {
  readonly pointer: string;
}

export function accountModel(service: string, written: Service): AccountModel {
  const { name = service, annotations = {}, rules = [], clusterRules = [] } = written.serviceAccount ?? {};
  const hasRules = rules.length + clusterRules.length > 0;
  return {
    name,
    annotations,
    rules,
    clusterRules,
    hasToken: written.serviceAccount?.automountServiceAccountToken ?? hasRules,
    imagePullSecrets: written.imagePullSecrets ?? [],
  };
}

export function namespaceAccounts(namespace: string, { namespaces }: Registry): NamespaceAccount[] {
  return sortedEntries(namespaces[namespace]?.serviceAccounts).map(([name, { annotations = {}, rules = [] }]) => ({
    name,
    pointer: `/namespaces/${pointerSegment(namespace)}/serviceAccounts/${pointerSegment(name)}`,
    annotations,
    rules,
    clusterRules: [],
    hasToken: rules.length > 0,
    imagePullSecrets: [],
  }));
}
