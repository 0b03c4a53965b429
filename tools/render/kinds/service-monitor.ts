import { sortKeys } from "../../lib/merge.ts";
import { selectorLabels } from "../../model/names.ts";
import { serviceMetadata } from "../metadata.ts";
import { type Kind, compact } from "../object.ts";

/**
 * What the Prometheus operator scrapes, where the environment has one. A scraper goes by the labels of the Service.
 * https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.ServiceMonitor
 */
export const serviceMonitor: Kind = {
  home: "overlay",
  ofService: (service, { settings }) => {
    const { metrics } = service;
    if (metrics?.mode !== "serviceMonitor" || !settings?.monitoring) return [];
    const metadata = serviceMetadata(service, service.name);
    const labels = sortKeys({ ...metadata.labels, ...settings.monitoring.serviceMonitorLabels });
    const { port, path, interval } = metrics;
    return [
      {
        pointer: `${service.pointer.replace(/\/mock$/, "")}/metrics`,
        object: {
          apiVersion: "monitoring.coreos.com/v1",
          kind: "ServiceMonitor",
          metadata: { ...metadata, labels },
          spec: {
            selector: { matchLabels: selectorLabels(service.name, service.name) },
            endpoints: [compact({ port, path, interval })],
          },
        },
      },
    ];
  },
};
