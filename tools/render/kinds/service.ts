import type { ExternalModel } from "../../model/external.ts";
import type { KubernetesServiceModel } from "../../model/exposure.ts";
import type { ServiceModel } from "../../model/service.ts";
import { serviceMetadata } from "../metadata.ts";
import { type Kind, type KubeObject, compact } from "../object.ts";

/** In front of a service's pods, or of what runs elsewhere. https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/ */
export const service: Kind = {
  home: "base",
  ofService: (model) => [
    ...(model.service ? [{ pointer: model.pointer, object: inFrontOfPods(model, model.service) }] : []),
    ...model.extraServices.map((extra) => ({
      pointer: extra.pointer,
      slug: extra.key,
      description: extra.description,
      object: inFrontOfPods(model, extra),
    })),
  ],
  ofExternal: (model, external) => {
    if (!model.service) return [];
    const spec =
      external.host === null ? addressesSpec(model.service, external) : nameSpec(model.service, external.host);
    return [
      { pointer: model.pointer, description: model.description, object: serviceObject(model, model.service, spec) },
    ];
  },
};

function inFrontOfPods(model: ServiceModel, shown: KubernetesServiceModel): KubeObject {
  const ports = shown.ports.map((port) => ({ ...servicePort(port), targetPort: port.name }));
  return serviceObject(model, shown, {
    ...settings(shown),
    selector: model.selector,
    ports,
  });
}

/** Without a selector: its EndpointSlices are ours. */
function addressesSpec(shown: KubernetesServiceModel, { addresses }: ExternalModel): Record<string, unknown> {
  const hasIpv4 = addresses.some((address) => !address.includes(":"));
  const hasIpv6 = addresses.some((address) => address.includes(":"));
  return {
    ...settings(shown),
    // Left to itself a cluster gives one family, which need not be that of the addresses.
    ...(hasIpv6 && { ipFamilyPolicy: hasIpv4 ? "PreferDualStack" : "SingleStack" }),
    ...(hasIpv6 && !hasIpv4 && { ipFamilies: ["IPv6"] }),
    ports: shown.ports.map((port) => ({ ...servicePort(port), targetPort: port.containerPort })),
  };
}

/** A name in the cluster's DNS for another name: nothing is translated, and the ports are those of the other side. */
function nameSpec({ ports }: KubernetesServiceModel, externalName: string): Record<string, unknown> {
  return {
    type: "ExternalName",
    externalName,
    ports: ports.map((port) => servicePort({ ...port, servicePort: port.containerPort, nodePort: null })),
  };
}

function serviceObject(
  model: ServiceModel,
  { name, labels, annotations }: KubernetesServiceModel,
  spec: Record<string, unknown>,
): KubeObject {
  const metadata = serviceMetadata(model, name, { annotations, labels });
  return { apiVersion: "v1", kind: "Service", metadata, spec: compact(spec) };
}

function settings(shown: KubernetesServiceModel): Record<string, unknown> {
  return {
    type: shown.type,
    clusterIP: shown.isHeadless ? "None" : null,
    loadBalancerClass: shown.loadBalancerClass,
    loadBalancerSourceRanges: shown.loadBalancerSourceRanges,
    externalTrafficPolicy: shown.externalTrafficPolicy,
    internalTrafficPolicy: shown.internalTrafficPolicy,
    sessionAffinity: shown.sessionAffinity,
    publishNotReadyAddresses: shown.publishNotReadyAddresses,
  };
}

function servicePort({
  name,
  servicePort: port,
  protocol,
  appProtocol,
  nodePort,
}: KubernetesServiceModel["ports"][number]): Record<string, unknown> {
  return compact({ name, port, protocol, appProtocol, nodePort });
}
