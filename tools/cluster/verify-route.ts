import type { Ingress } from "../registry/schema.ts";
import type { Model } from "../model/model.ts";
import { type RouteModel, trimmedPath } from "../model/route.ts";
import type { ServiceModel } from "../model/service.ts";
import type { VerifyCheck } from "../registry/schema/service.ts";
import { type ControllerPod, controllerPod } from "./controller.ts";
import { type Answer, type Question, ask, judgeAnswer } from "./http.ts";
import type { Kubectl } from "./kubectl.ts";
import { forwardOnce } from "./port-forward.ts";

type Check = NonNullable<VerifyCheck["route"]>;

/** Asks as a client from outside would, except that the way to the controller is a port-forward. What is wrong, or null. */
export async function askRoute(
  kubectl: Kubectl,
  service: ServiceModel,
  check: Check,
  { ingress }: Pick<Model, "ingress">,
): Promise<string | null> {
  const route = service.routes.find(({ key }) => key === check.name);
  if (!ingress || !route) return `there is no way in by the name of ${check.name} in this environment`;
  const pod = await controllerPod(kubectl, ingress);
  if (!pod) return `no pod of the ingress controller is ready: ${podsCommand(ingress)}`;
  const problems: string[] = [];
  for (const isTls of waysOf(route, ingress, pod)) {
    const problem = await problemOf(kubectl, ingress.namespace, pod, questionOf(route, check, isTls), check);
    if (problem === null) return null;
    problems.push(problem);
  }
  return problems.join("; ");
}

/** What a client would ask. Any name is one below a wildcard. */
export function questionOf(route: RouteModel, check: Check, isTls: boolean): Omit<Question, "port"> {
  const prefix = trimmedPath(route);
  const path = check.path === undefined ? route.path : `${prefix}${check.path}`;
  return { path, host: route.host.replace(/^\*/, "verify"), isTls };
}

/** With TLS or without; a Gateway's listeners decide that, and a route does not know them: one way is enough. */
function waysOf(route: RouteModel, { controller }: Ingress, { httpPort }: ControllerPod): readonly boolean[] {
  if (controller !== "gateway") return [route.tls !== null];
  return httpPort === null ? [true] : [false, true];
}

async function problemOf(
  kubectl: Kubectl,
  namespace: string,
  pod: ControllerPod,
  question: Omit<Question, "port">,
  check: Check,
): Promise<string | null> {
  const scheme = question.isTls ? "https" : "http";
  const port = question.isTls ? pod.httpsPort : pod.httpPort;
  if (port === null) return `pod ${pod.name} of the ingress controller shows no port for ${scheme}`;
  const url = `${scheme}://${question.host}${question.path}`;
  const answer = await askThrough(kubectl, namespace, pod.name, port, question).catch((error: unknown) =>
    error instanceof Error ? error.message : String(error),
  );
  return typeof answer === "string" ? `${url}: ${answer}` : judgeAnswer(url, answer, check);
}

async function askThrough(
  kubectl: Kubectl,
  namespace: string,
  pod: string,
  port: number,
  question: Omit<Question, "port">,
): Promise<Answer> {
  const forward = await forwardOnce(kubectl, namespace, `pod/${pod}`, port);
  try {
    return await ask({ ...question, port: forward.localPort });
  } finally {
    await forward.stop();
  }
}

function podsCommand({ namespace, labels }: Ingress): string {
  const selector = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return `kubectl -n ${namespace} get pods -l ${selector.join(",")}`;
}
