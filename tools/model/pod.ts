import type { Service } from "../registry/schema/service.ts";
import type { WorkloadModel } from "./workload.ts";

/** What holds for a service's pods as a whole. */
export interface PodModel {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly podAnnotations: Readonly<Record<string, string>>;
  readonly podSecurityContext: NonNullable<NonNullable<Service["securityContext"]>["pod"]>;
  readonly terminationGracePeriodSeconds: number;
  readonly gpu: Service["gpu"] | null;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: NonNullable<Service["tolerations"]>;
  readonly affinity: NonNullable<Service["affinity"]>;
  readonly topologySpreadConstraints: NonNullable<Service["topologySpreadConstraints"]>;
  readonly priorityClassName: string | null;
  readonly runtimeClassName: string | null;
  readonly imagePullSecrets: readonly string[];
  readonly hostAliases: NonNullable<Service["hostAliases"]>;
  readonly hostNetwork: boolean;
  readonly dnsPolicy: Service["dnsPolicy"] | null;
  readonly dnsConfig: Service["dnsConfig"] | null;
}

export function podModel(service: Service, workload: WorkloadModel): PodModel {
  return {
    labels: service.labels ?? {},
    annotations: service.annotations ?? {},
    podAnnotations: service.podAnnotations ?? {},
    podSecurityContext: service.securityContext?.pod ?? {},
    terminationGracePeriodSeconds: service.terminationGracePeriodSeconds ?? 30,
    imagePullSecrets: service.imagePullSecrets ?? [],
    ...scheduling(service, workload),
    hostAliases: service.hostAliases ?? [],
    hostNetwork: service.hostNetwork ?? false,
    dnsPolicy: service.dnsPolicy ?? (service.hostNetwork ? "ClusterFirstWithHostNet" : null),
    dnsConfig: service.dnsConfig ?? null,
  };
}

type Scheduling = Pick<
  PodModel,
  | "gpu"
  | "nodeSelector"
  | "tolerations"
  | "affinity"
  | "topologySpreadConstraints"
  | "priorityClassName"
  | "runtimeClassName"
>;

function scheduling(service: Service, { kind, selector }: WorkloadModel): Scheduling {
  const isReplicated = kind === "Deployment" || kind === "StatefulSet";
  return {
    gpu: service.gpu ?? null,
    nodeSelector: service.nodeSelector ?? {},
    tolerations: service.tolerations ?? [],
    affinity: affinityOf(service, selector, isReplicated),
    topologySpreadConstraints: spreadOf(service, selector, isReplicated),
    priorityClassName: service.priorityClassName ?? null,
    runtimeClassName: service.runtimeClassName ?? service.gpu?.runtimeClassName ?? null,
  };
}

type Selector = WorkloadModel["selector"];
type PodRules = NonNullable<NonNullable<Service["affinity"]>["podAffinity"]>;
type PodTerm = NonNullable<PodRules["requiredDuringSchedulingIgnoredDuringExecution"]>[number];

/** Apart from each other where there are several nodes, never in the way where there is one. */
function affinityOf({ affinity = {} }: Service, selector: Selector, isReplicated: boolean): PodModel["affinity"] {
  const apart: PodRules = {
    preferredDuringSchedulingIgnoredDuringExecution: [
      { weight: 100, podAffinityTerm: { topologyKey: "kubernetes.io/hostname" } },
    ],
  };
  const podAntiAffinity = affinity.podAntiAffinity ?? (isReplicated ? apart : undefined);
  return {
    ...(affinity.nodeAffinity && { nodeAffinity: affinity.nodeAffinity }),
    ...(affinity.podAffinity && { podAffinity: selecting(affinity.podAffinity, selector) }),
    ...(podAntiAffinity && { podAntiAffinity: selecting(podAntiAffinity, selector) }),
  };
}

/** A term that selects nothing in particular means the service's own pods. */
function selecting(rules: PodRules, selector: Selector): PodRules {
  const term = (written: PodTerm): PodTerm => ({ labelSelector: { matchLabels: { ...selector } }, ...written });
  const required = rules.requiredDuringSchedulingIgnoredDuringExecution;
  const preferred = rules.preferredDuringSchedulingIgnoredDuringExecution;
  return {
    ...(required && { requiredDuringSchedulingIgnoredDuringExecution: required.map(term) }),
    ...(preferred && {
      preferredDuringSchedulingIgnoredDuringExecution: preferred.map(({ weight, podAffinityTerm }) => ({
        weight,
        podAffinityTerm: term(podAffinityTerm),
      })),
    }),
  };
}

const SPREAD: PodModel["topologySpreadConstraints"] = ["kubernetes.io/hostname", "topology.kubernetes.io/zone"].map(
  (topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: "ScheduleAnyway",
  }),
);

function spreadOf(
  { topologySpreadConstraints: written }: Service,
  selector: Selector,
  isReplicated: boolean,
): PodModel["topologySpreadConstraints"] {
  return (written ?? (isReplicated ? SPREAD : [])).map((constraint) => ({
    ...constraint,
    labelSelector: constraint.labelSelector ?? { matchLabels: { ...selector } },
  }));
}
