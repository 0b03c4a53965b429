import type { LoopEvent } from "../../dev/core/events.ts";
import type { Turn } from "../../dev/core/loop.ts";
import { plan } from "../../dev/core/plan.ts";
import { type State, initialState, reduce } from "../../dev/core/state.ts";
import type { Step } from "../../dev/core/step.ts";
import type { ServiceTarget, Target } from "../../dev/core/target.ts";
import type { About } from "../../dev/ui/display.ts";
import type { Finding } from "../../tools/lib/errors.ts";
import { NO_LIMITS, aService, aTarget, anImage, succeeded } from "./fixture.ts";

// Sessions without a cluster: real states, plans and turns, made by events that somebody wrote down.

export const ABOUT: About = {
  platform: "mage",
  environment: "local",
  context: "kind-slipway",
  evidence: "the API of the node container slipway-control-plane",
  subjects: [],
};

const NAMES = [
  "postgres", "redis", "minio", "auth", "core", "agent", "chat", "events", "documents", "embedding",
  "vllm", "whisper", "ollama", "wargame", "workbench", "report-builder", "split", "mirror", "init-data", "gateway",
]; // prettier-ignore

/** Twenty services; the first three are not built here, all others wait for the first. */
export function twentyServices(): Target {
  const built = NAMES.slice(3);
  return aTarget(
    built.map((name) => anImage(name)),
    NAMES.map((name, at) => aService(name, detailsOf(at))),
  );
}

function detailsOf(at: number): Partial<ServiceTarget> {
  return {
    ...(at < 3 && { images: [] }),
    dependsOn: at === 0 ? [] : [{ service: "postgres", condition: "healthy" }],
    forwards: at % 4 === 0 ? [{ port: "http", containerPort: 8080, localPort: 8080 + at }] : [],
  };
}

export const brokenBuild: Finding = {
  code: "BUILD_FAILED",
  severity: "error",
  where: "services/core/Dockerfile:7",
  message: "RUN npm ci exited with code 1: npm error 404 Not Found - GET https://registry.npmjs.org/lod4sh",
  fix: "correct the instruction or what it reads; saving the file builds it again",
};

export const crashed: Finding = {
  code: "CONTAINER_CRASHED",
  severity: "error",
  where: "Pod mage/chat-5d9c7b-x2x9v container chat",
  message: "exited with code 1 again and again: Error: connect ECONNREFUSED 10.96.0.12:5432",
  fix: "correct what it says; its last lines: npm run dev -- logs chat",
  log: [
    "listening on 8080",
    "Error: connect ECONNREFUSED 10.96.0.12:5432",
    "    at TCPConnectWrap.afterConnect (node:net:1611:16)",
  ],
};

export const unreachable: Finding = {
  code: "CLUSTER_UNREACHABLE",
  severity: "error",
  where: "https://127.0.0.1:40607",
  message: "the API server does not answer: connect ECONNREFUSED 127.0.0.1:40607",
  fix: "start the cluster; the session goes on by itself when it answers",
};

/** A session in which time is what the story says. */
export function story(onTurn: (turn: Turn) => void) {
  let state: State = initialState;
  const happen = (event: LoopEvent): void => {
    const before = state;
    state = reduce(before, event);
    onTurn({ event, before, state, plan: plan(state, NO_LIMITS) });
  };
  const planned = (name: string): Step => {
    const steps = plan(state, NO_LIMITS).steps;
    const step = steps.find(({ type, subject }) => `${type} ${subject}` === name);
    if (!step)
      throw new Error(`${name} is not planned: ${steps.map(({ type, subject }) => `${type} ${subject}`).join(", ")}`);
    return step;
  };
  const start = (name: string, atMs: number): void => happen({ type: "step-started", step: planned(name), atMs });
  return {
    happen,
    start,
    state: () => state,
    planned,
    /** Begins it where it has not begun, and ends it well. */
    finish: (name: string, atMs: number, ms: number): void => {
      const step = planned(name);
      if (!state.running.has(step.key)) start(name, atMs - ms);
      happen({ ...succeeded(state, step, atMs), ms } as LoopEvent);
    },
    fail: (name: string, finding: Finding, atMs: number, ms: number): void => {
      const step = planned(name);
      if (!state.running.has(step.key)) start(name, atMs - ms);
      happen({ type: "step-failed", step, findings: [finding], ms });
    },
    /** Everything that is planned, until nothing is; `except`: what begins and does not end. */
    settle: (atMs: number, except: (step: Step) => boolean = () => false): void => {
      for (;;) {
        const next = plan(state, NO_LIMITS).steps.find((step) => !(except(step) && state.running.has(step.key)));
        if (!next) return;
        if (!state.running.has(next.key)) happen({ type: "step-started", step: next, atMs });
        if (!except(next)) happen({ ...succeeded(state, next, atMs), ms: 40 } as LoopEvent);
      }
    },
  };
}
