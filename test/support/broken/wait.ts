import type { KubeObject } from "../../../tools/render/object.ts";
import { type BrokenService, type Place, deployment, SLEEP, quick, labels } from "./service.ts";

export function waits(place: Place): BrokenService[] {
  const http = { httpGet: { path: "/live", port: 8080 }, ...quick };
  return [
    {
      name: "refused",
      objects: [
        deployment(place, "refused", SLEEP, { readinessProbe: { tcpSocket: { port: 8080 }, ...quick } }),
        {
          apiVersion: "v1",
          kind: "Service",
          metadata: { name: "refused", namespace: place.namespace, labels: labels(place.id, "refused") },
          spec: { selector: { "app.kubernetes.io/name": "refused" }, ports: [{ port: 8080 }] },
        } as KubeObject,
      ],
      code: "POD_PROBE",
      words: /^the readiness probe of container main fails: a connection to port 8080 was refused/,
      fix: /listen on port 8080/,
      reported: /"reason":"Unhealthy"/,
      patienceMs: 12_000,
    },
    {
      name: "waiting",
      objects: [
        deployment(
          place,
          "waiting",
          "wget -q -O - http://$REFUSED_SERVICE_HOST:8080 || exit 5",
          {},
          { enableServiceLinks: true },
        ),
      ],
      code: "POD_WAITS",
      words: /^waiting waits for refused, which is not Ready$/,
      fix: /when refused is Ready/,
      reported: /"exitCode":5/,
      patienceMs: 15_000,
    },
    {
      name: "dependent",
      objects: [deployment(place, "dependent", SLEEP, { readinessProbe: { tcpSocket: { port: 8080 }, ...quick } })],
      dependsOn: ["refused"],
      code: "POD_WAITS",
      words: /^dependent waits for refused, which is not Ready$/,
      fix: /when refused is Ready/,
      reported: /"reason":"Unhealthy"/,
      patienceMs: 15_000,
    },
    {
      name: "liveness",
      objects: [deployment(place, "liveness", SLEEP, { livenessProbe: http })],
      code: "POD_PROBE",
      words: /liveness probe of container main fails: GET \/live on port 8080 was refused/,
      fix: /listen on port 8080/,
      reported: /will be restarted/,
    },
    {
      name: "readiness",
      objects: [
        deployment(place, "readiness", "exec httpd -f -p 8080", {
          ports: [{ name: "http", containerPort: 8080 }],
          readinessProbe: { httpGet: { path: "/absent", port: "http" }, ...quick },
        }),
      ],
      code: "POD_PROBE",
      words: /^the readiness probe of container main fails: GET \/absent on port 8080 was answered 404$/,
      fix: /correct the path/,
      reported: /statuscode: 404/,
      patienceMs: 2000,
    },
    {
      name: "startup",
      objects: [
        deployment(place, "startup", SLEEP, { startupProbe: { exec: { command: ["cat", "/ready"] }, ...quick } }),
      ],
      code: "POD_PROBE",
      words: /the startup probe of container main fails: "cat \/ready" said: cat: can't open '\/ready'/,
      fix: /probes\.startup/,
      reported: /will be restarted/,
    },
  ];
}
