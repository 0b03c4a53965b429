import type { Model } from "../../model/model.ts";
import type { NamespaceModel, SharedVolume } from "../../model/namespace.ts";
import { namespaceMetadata, serviceMetadata } from "../metadata.ts";
import { type Drawn, type Kind, compact } from "../object.ts";

/** A claim of a service's own; or one that several mount, which then belongs to the namespace (two owners would clash). */
export const persistentVolumeClaim: Kind = {
  home: "base",
  ofService: (service) =>
    service.volumes.flatMap(({ name, source, description }) => {
      if (source.type !== "claim") return [];
      const metadata = serviceMetadata(service, source.claimName, { annotations: source.annotations });
      return [
        {
          pointer: service.pointer,
          slug: name,
          description,
          object: { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata, spec: claimSpec(source) },
        },
      ];
    }),
  ofNamespace: (namespace, model) => namespace.volumes.map((volume) => sharedClaim(namespace, model, volume)),
};

function sharedClaim(namespace: NamespaceModel, model: Model, volume: SharedVolume): Drawn {
  const metadata = namespaceMetadata(namespace, model, volume.name);
  return {
    pointer: volume.pointer,
    slug: volume.name,
    description: volume.description,
    object: { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata, spec: claimSpec(volume) },
  };
}

function claimSpec({
  accessModes,
  storageClassName,
  size,
}: Pick<SharedVolume, "accessModes" | "storageClassName" | "size">): Record<string, unknown> {
  return { ...compact({ accessModes, storageClassName }), resources: { requests: { storage: size } } };
}
