import type { Model } from "../model/model.ts";
import type { ServiceModel } from "../model/service.ts";
import type { VerifyCheck } from "../registry/schema/service.ts";
import { shellBlock, shellWord } from "./markdown.ts";
import { contextFlag } from "./secrets.ts";

/** The registry's checks of the running thing, and each as one asks it by hand. */
export function verifySection(model: Model): string[] {
  const checks = model.services.flatMap((service) =>
    Object.values(service.verify).flatMap((check) => described(check, commandOf(model, service, check))),
  );
  if (checks.length === 0) return [];
  return [
    `\`npm run verify -- ${model.environment}${contextFlag(model)}\` asks all of this at once. With kubectl (and curl); each line fails where the answer is another one:`,
    shellBlock([...(checks.some((line) => line.startsWith("get ")) ? GET : []), ...checks]),
  ];
}

// Through the node, as `npm run verify` asks: no network policy is in its way.
const GET = [
  `get() ( kubectl port-forward -n "$1" "$2" "28080:$3" >/dev/null &`,
  // 7: nobody listens yet. As a list of conditions, which `set -e` leaves alone.
  String.raw`  for _ in 1 2 3 4 5 6 7 8 9; do curl -s -w '\n%{http_code}\n' "http://localhost:28080$4" || [ $? != 7 ] && break; sleep 1; done; kill $!; wait )`,
];

/** What a check is for, on one line above it. */
function described({ description }: VerifyCheck, commands: readonly string[]): string[] {
  const isTold = description !== undefined && commands.length > 0;
  return [...(isTold ? [`# ${description.replaceAll(/\s+/g, " ")}`] : []), ...commands];
}

function commandOf(model: Model, service: ServiceModel, { http, route, tcp, exec }: VerifyCheck): string[] {
  if (exec) {
    const words = exec.command.map(shellWord).join(" ");
    const asked = `kubectl exec -n ${service.namespace} ${workloadOf(service)} -c ${service.container.name} -- ${words}`;
    return [exec.contains === undefined ? asked : `${asked} | grep -F ${shellWord(exec.contains)}`];
  }
  if (http) {
    const port = containerPort(service, http.port);
    const asked = `get ${service.namespace} ${workloadOf(service)} ${port} ${shellWord(http.path)}`;
    return [`${asked} | ${expected(http)}`];
  }
  if (route) return curlRoute(model, service, route);
  return tcp ? [`# ${service.name} accepts connections on port ${containerPort(service, tcp.port)}`] : [];
}

function curlRoute({ ingress }: Model, { routes }: ServiceModel, check: NonNullable<VerifyCheck["route"]>): string[] {
  const route = routes.find(({ key }) => key === check.name);
  if (!route) return [];
  const path = `${route.path.replace(/\/+$/, "")}${check.path ?? ""}` || "/";
  const url = `${ingress?.tls ? "https" : "http"}://${route.host}${path}`;
  return [String.raw`curl -sS -w '\n%{http_code}\n' ${shellWord(url)} | ${expected(check)}`];
}

interface Expected {
  readonly status?: number | undefined;
  readonly contains?: string | undefined;
}

function expected({ status = 200, contains }: Expected): string {
  return contains === undefined ? `grep -x ${status}` : `grep -F ${shellWord(contains)}`;
}

function containerPort({ ports }: ServiceModel, name: string): number {
  return ports.find((port) => port.name === name)?.containerPort ?? 0;
}

function workloadOf({ kind, names }: ServiceModel): string {
  return `${kind.toLowerCase()}/${names.workload}`;
}
