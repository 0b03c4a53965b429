import { type Check, ofKind, pods } from "../check.ts";

interface PolicySpec {
  readonly podSelector: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly policyTypes?: readonly string[];
}

/** CIS 5.3.2. Each namespace denies by default, and each pod is allowed what is declared for it. */
export const networkPolicy: Check = {
  code: "NETWORK_POLICY",
  title: "every namespace denies by default, and every pod has a policy of its own in both directions",
  run: (subject) => {
    const policies = ofKind(subject, "NetworkPolicy").map(({ object }) => ({
      namespace: object.metadata.namespace,
      spec: object["spec"] as PolicySpec,
    }));
    const both = policies.filter(({ spec }) => ["Ingress", "Egress"].every((type) => spec.policyTypes?.includes(type)));
    const denied = new Set(
      both
        .filter(({ spec }) => Object.keys(spec.podSelector.matchLabels ?? {}).length === 0)
        .map(({ namespace }) => namespace),
    );
    return [
      ...ofKind(subject, "Namespace")
        .filter(({ object }) => !denied.has(object.metadata.name))
        .map((object) => ({
          object,
          message: "nothing denies traffic here by default",
          fix: "add a NetworkPolicy that selects every pod and allows nothing",
        })),
      ...pods(subject)
        .filter(
          ({ object, labels }) =>
            !both.some(
              ({ namespace, spec }) => namespace === object.object.metadata.namespace && selects(spec, labels),
            ),
        )
        .map(({ object }) => ({
          object,
          message: "no policy of its own selects its pods",
          fix: "add one for both directions",
        })),
    ];
  },
};

function selects({ podSelector }: PolicySpec, labels: Readonly<Record<string, string>>): boolean {
  const wanted = Object.entries(podSelector.matchLabels ?? {});
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}
