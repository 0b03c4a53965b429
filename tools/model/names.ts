/** Labels of every object of a service. https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/ */
export function commonLabels(platform: string, service: string, instance: string): Record<string, string> {
  return {
    "app.kubernetes.io/name": service,
    "app.kubernetes.io/instance": instance,
    "app.kubernetes.io/part-of": platform,
    "app.kubernetes.io/managed-by": "slipway",
  };
}

/**
 * What a workload, its Service and its budget select. Immutable in the API, so it holds nothing that ever changes.
 * The pods of a service's jobs have the same name and another instance: no Service sends traffic to them.
 */
export function selectorLabels(service: string, instance: string): Record<string, string> {
  return { "app.kubernetes.io/name": service, "app.kubernetes.io/instance": instance };
}

/** What network policies select: every pod of a service, its jobs' too. */
export function policyLabels(service: string): Record<string, string> {
  return { "app.kubernetes.io/name": service };
}

/** Name by which pods of every namespace reach a Service, whatever the cluster's domain is. */
export function serviceHost(name: string, namespace: string): string {
  return `${name}.${namespace}.svc`;
}

/** One segment of a JSON pointer. https://www.rfc-editor.org/rfc/rfc6901 */
export function pointerSegment(text: string): string {
  return text.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** A path inside a container as the key of a ConfigMap: `/etc/app/a.conf` → `etc.app.a.conf`. */
export function fileKey(path: string): string {
  return path.replace(/^\/+/, "").replaceAll(/[^-._a-zA-Z0-9]/g, ".");
}
