import type { Pod } from "../../sources/pod.ts";
import type { Code } from "./causes.ts";

/** All that is known about a pod when it is judged: plain data, so that a judgement can be recorded and repeated. */
export interface Evidence {
  readonly pod: Pod;
  readonly environment: string;
  /** Wall clock, as the API's times are. */
  readonly nowMs: number;
  /** About the pod, oldest first. */
  readonly events: readonly ClusterEvent[];
  /** By name of the claim: what was said about it, oldest first. */
  readonly claimEvents: Readonly<Record<string, readonly ClusterEvent[]>>;
  /** By container: the last lines of what its last ended run said. */
  readonly logs: Readonly<Record<string, string>>;
  readonly nodes: readonly ClusterNode[];
  readonly dependencies: Dependencies;
}

export interface Dependencies {
  /** Services that the registry names under `dependsOn`. */
  readonly declared: readonly string[];
  /** Those of them that are not Ready. */
  readonly missing: readonly string[];
  /** Since when none is missing; 0 where there never was one. Means nothing while one is. */
  readonly readySinceMs: number;
  /** Every service of the platform by the names and addresses under which it can be reached. */
  readonly hosts: Readonly<Record<string, Host>>;
}

export interface Host {
  readonly service: string;
  readonly isReady: boolean;
}

/** https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/ */
export interface ClusterEvent {
  readonly metadata?: { readonly uid?: string; readonly creationTimestamp?: string };
  readonly involvedObject?: {
    readonly kind?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly uid?: string;
    readonly fieldPath?: string;
  };
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly series?: { readonly lastObservedTime?: string };
}

export interface ClusterNode {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
    readonly nodeInfo?: { readonly architecture?: string };
  };
}

/** One thing that is wrong, before it is known of which pod it is said. */
export interface Found {
  readonly code: Code;
  readonly message: string;
  /** `<pod>` stands for the pod in a kubectl command, `<env>` for the environment. */
  readonly fix: string;
  readonly isFinal: boolean;
  /** The last lines of the container that has ended. */
  readonly log?: readonly string[];
}

/** What is thought of a pod, or of one of its containers. */
export type Verdict =
  | { readonly state: "well" }
  /** Nothing is wrong yet; when it may be, should nothing change before. */
  | { readonly state: "starting"; readonly lookAgainMs: number | null }
  /** It cannot go on before other services are Ready. */
  | { readonly state: "waits"; readonly on: readonly string[] }
  | { readonly state: "trouble"; readonly found: Found };

export const STARTING: Verdict = { state: "starting", lookAgainMs: null };

/** When an event happened last, in milliseconds since the epoch; 0 where it does not say. */
export function timeOf({ series, lastTimestamp, eventTime, metadata }: ClusterEvent): number {
  return msOf(series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata?.creationTimestamp);
}

export function msOf(time: string | null | undefined): number {
  return time ? Date.parse(time) : 0;
}

/** A message of many lines as one, and not longer than a screen is wide three times. */
export function oneLine(message = ""): string {
  const text = message.replaceAll(/\s+/g, " ").trim();
  return text.length > 240 ? `${text.slice(0, 239)}…` : text;
}
