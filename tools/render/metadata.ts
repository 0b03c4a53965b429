import { sortKeys } from "../lib/merge.ts";
import type { Model } from "../model/model.ts";
import { commonLabels } from "../model/names.ts";
import type { NamespaceModel } from "../model/namespace.ts";
import type { ServiceModel } from "../model/service.ts";
import type { ObjectMeta } from "./object.ts";

/** By which what belongs to one environment is found again: a preview is deleted by it. */
export const ENVIRONMENT_LABEL = "slipway.dev/environment";

/** Labels of a service's objects; the registry's own may not change those that select. */
export function serviceLabels(
  service: ServiceModel,
  instance = service.name,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const owner = service.owner === null ? {} : { owner: service.owner };
  return sortKeys({ ...owner, ...service.labels, ...more, ...commonLabels(service.platform, service.name, instance) });
}

export function serviceMetadata(
  service: ServiceModel,
  name: string,
  more: {
    readonly annotations?: Readonly<Record<string, string>>;
    /** Besides the service's own. */
    readonly labels?: Readonly<Record<string, string>>;
    readonly instance?: string;
  } = {},
): ObjectMeta {
  const annotations = sortKeys(more.annotations ?? {});
  return {
    name,
    namespace: service.namespace,
    labels: serviceLabels(service, more.instance, more.labels),
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
}

/** Metadata of an object that belongs to a namespace as a whole. */
export function namespaceMetadata(namespace: NamespaceModel, model: Model, name: string): ObjectMeta {
  return { name, namespace: namespace.name, labels: platformLabels(model.platform) };
}

export function platformLabels(platform: string): Record<string, string> {
  return { "app.kubernetes.io/managed-by": "slipway", "app.kubernetes.io/part-of": platform };
}

/** Tells what belongs to one preview of many from what belongs to the others: its environment and its parameters. */
export function previewLabels({ environment, parameters }: Model): Record<string, string> {
  if (environment === null || Object.keys(parameters).length === 0) return {};
  const values = Object.entries(parameters).filter(([, value]) => LABEL_VALUE.test(value));
  return {
    [ENVIRONMENT_LABEL]: environment,
    ...Object.fromEntries(values.map(([name, value]) => [`parameters.slipway.dev/${name}`, value])),
  };
}

// https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
