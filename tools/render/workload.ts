import type { ServiceModel } from "../model/service.ts";
import { serviceMetadata } from "./metadata.ts";
import { podNotes } from "./notes.ts";
import type { Drawn, KubeObject } from "./object.ts";

/** The object that makes a service's pods, where the service is of that kind. */
export function drawWorkload(
  service: ServiceModel,
  kind: ServiceModel["kind"],
  apiVersion: string,
  spec: () => KubeObject["spec"],
): Drawn[] {
  if (service.kind !== kind) return [];
  const metadata = serviceMetadata(service, service.names.workload, { annotations: service.annotations });
  return [
    {
      pointer: service.pointer,
      description: service.description,
      notes: podNotes(service),
      object: { apiVersion, kind, metadata, spec: spec() },
    },
  ];
}
