import { serviceMetadata } from "../metadata.ts";
import { type Kind, compact } from "../object.ts";

/** ClusterIP, or headless. https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/ */
export const service: Kind = {
  home: "base",
  ofService: (model) => {
    if (!model.service) return [];
    const ports = model.ports.map(({ name, servicePort, protocol, appProtocol }) =>
      compact({ name, port: servicePort, protocol, appProtocol, targetPort: name }),
    );
    const spec = compact({
      type: "ClusterIP",
      clusterIP: model.service.isHeadless ? "None" : null,
      selector: model.selector,
      ports,
    });
    const metadata = serviceMetadata(model, model.service.name, { annotations: model.service.annotations });
    return [{ pointer: model.pointer, object: { apiVersion: "v1", kind: "Service", metadata, spec } }];
  },
};
