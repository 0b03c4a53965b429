import { type Check, DEPLOYED, ofKind } from "../../check.ts";
import { objectAt, objectsAt, textAt, textsAt } from "../../fields.ts";

/** Every way in that passes by the ingress controller. */
export const exposedService: Check = {
  code: "EXPOSED_SERVICE",
  severity: "error",
  title: "Services are reached from inside; from outside through a route",
  tags: [
    "kube-linter/exposed-services",
    "kube-score/service-type",
    "trivy/KSV-0108",
    "kyverno/restrict-node-port",
    "kyverno/restrict-service-external-ips",
    "airgap/AG12",
    "monokle/KBP114",
  ],
  profiles: DEPLOYED,
  run: (subject) =>
    ofKind(subject, "Service").flatMap((object) => {
      const type = textAt(object.object, "spec", "type");
      const addresses = textsAt(object.object, "spec", "externalIPs");
      const wrong = objectsAt(object.object, "spec", "ports")
        .map((port) => objectAt(port)["nodePort"])
        .filter((port) => typeof port === "number" && (port < 30_000 || port > 32_767));
      return [
        ...(type === "NodePort" || type === "LoadBalancer"
          ? [
              {
                object,
                message: `as ${type} it can be reached past the ingress controller${type === "LoadBalancer" ? ", where the cluster can give it an address at all" : ""}`,
                fix: 'use "routes"; for what is no HTTP add an exception that says who asks it',
              },
            ]
          : []),
        ...(addresses.length > 0
          ? [
              {
                object,
                message: `with externalIPs it takes over ${addresses.join(", ")} from every node`,
                fix: "remove externalIPs (CVE-2020-8554)",
              },
            ]
          : []),
        ...wrong.map((port) => ({
          object,
          message: `the nodePort ${String(port)} is outside of 30000-32767, and the API refuses it`,
          fix: "choose one in between, or leave it out",
        })),
      ];
    }),
};
