import { connect } from "node:net";
import type { Finding } from "../lib/errors.ts";
import type { Model } from "../model/model.ts";
import type { ServiceModel } from "../model/service.ts";
import type { VerifyCheck } from "../registry/schema/service.ts";
import { ask, judgeAnswer } from "./http.ts";
import type { Kubectl } from "./kubectl.ts";
import { forwardOnce } from "./port-forward.ts";
import { askRoute } from "./verify-route.ts";

export interface VerifyResult {
  readonly service: string;
  readonly name: string;
  readonly durationMs: number;
  /** Null when all is well. */
  readonly finding: Finding | null;
}

const TIMEOUT_MS = 15_000;

/** Every `verify` entry of an environment, one after another. What a check finds is a finding, never an exception. */
export async function* runVerify(
  kubectl: Kubectl,
  model: Model,
  progress: (message: string) => void,
): AsyncGenerator<VerifyResult> {
  for (const service of model.services) {
    for (const [name, check] of Object.entries(service.verify)) {
      progress(`${service.name}: ${name}`);
      const start = performance.now();
      const problem = await problemOf(kubectl, service, check, model).catch((error: unknown) =>
        error instanceof Error ? error.message : String(error),
      );
      const finding = problem === null ? null : findingOf(service, name, problem);
      yield { service: service.name, name, durationMs: performance.now() - start, finding };
    }
  }
}

/** What is wrong, or null. */
async function problemOf(
  kubectl: Kubectl,
  service: ServiceModel,
  { http, route, tcp, exec }: VerifyCheck,
  model: Model,
): Promise<string | null> {
  if (http)
    return withForward(kubectl, service, http.port, async (port) =>
      judgeAnswer(http.path, await ask({ port, path: http.path }), http),
    );
  if (route) return askRoute(kubectl, service, route, model);
  if (tcp) return withForward(kubectl, service, tcp.port, askTcp);
  return exec ? askExec(kubectl, service, exec) : null;
}

async function withForward(
  kubectl: Kubectl,
  service: ServiceModel,
  name: string,
  ask: (localPort: number) => Promise<string | null>,
): Promise<string | null> {
  const port = service.ports.find((one) => one.name === name)?.containerPort ?? 0;
  const forward = await forwardOnce(kubectl, service.namespace, workload(service), port);
  try {
    return await ask(forward.localPort);
  } finally {
    await forward.stop();
  }
}

function askTcp(port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const done = (problem: string | null): void => {
      socket.destroy();
      resolve(problem);
    };
    socket.setTimeout(TIMEOUT_MS, () => done("nothing answered in time"));
    // kubectl accepts before it reaches the pod: only a connection that stays open for a moment was accepted there.
    socket.once("connect", () => setTimeout(() => done(null), 250));
    socket.once("error", (error) => done(error.message));
    socket.once("close", () => done("the connection was closed at once"));
  });
}

async function askExec(
  kubectl: Kubectl,
  service: ServiceModel,
  { command, contains }: NonNullable<VerifyCheck["exec"]>,
): Promise<string | null> {
  const args = [
    "exec",
    "--namespace",
    service.namespace,
    workload(service),
    "--container",
    service.container.name,
    "--",
    ...command,
  ];
  const { exitCode, stdout, stderr } = await kubectl.run(args, { timeoutMs: TIMEOUT_MS });
  if (exitCode !== 0)
    return `${command.join(" ")} ended with ${exitCode}: ${(stderr || stdout).trim().split("\n").at(-1) ?? ""}`;
  return contains === undefined || stdout.includes(contains)
    ? null
    : `${command.join(" ")} said nothing of "${contains}": ${stdout.slice(0, 200)}`;
}

function workload({ kind, name }: ServiceModel): string {
  return `${kind.toLowerCase()}/${name}`;
}

function findingOf({ name: service, namespace, pointer }: ServiceModel, name: string, problem: string): Finding {
  const fix = `look at it: kubectl --namespace ${namespace} get pods -l app.kubernetes.io/name=${service}`;
  return {
    code: "VERIFY_FAILED",
    severity: "error",
    where: `services.json#${pointer}/verify/${name}`,
    message: `${service}: ${problem}`,
    fix,
  };
}
