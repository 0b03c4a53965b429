// A sign for each kind, 14 × 14, drawn with the pen of its surroundings. A kind without one gets that of a workload.

const SIGNS: Readonly<Record<string, string>> = {
  // Two sheets: copies that are all alike.
  Deployment: "M4.5 4.5h8v8h-8zM9.5 1.5h-8v8",
  // A drum: it keeps something.
  StatefulSet: "M2 3.5c0-2.6 10-2.6 10 0v7c0 2.6-10 2.6-10 0zM2 3.5c0 2.6 10 2.6 10 0",
  // Four corners: one on every node.
  DaemonSet: "M1.5 1.5h4v4h-4zM8.5 1.5h4v4h-4zM1.5 8.5h4v4h-4zM8.5 8.5h4v4h-4z",
  // A flag at the end: it runs and is done.
  Job: "M3 13V1.5h8.5l-2.5 3 2.5 3H3",
  CronJob: "M7 1a6 6 0 1 0 .01 0zM7 3.5V7l2.5 2",
  // A way in.
  Ingress: "M1 7h8M6 3.5 9.5 7 6 10.5M9.5 1.5h3v11h-3",
  // A cell, and places that are joined.
  Pods: "M7 1l5.2 3v6L7 13l-5.2-3V4z",
  Network: "M7 5.3a1.7 1.7 0 1 0 .01 0zM7 5.3V1M5.5 8 2 11.5M8.5 8l3.5 3.5",
  // A globe.
  External: "M7 1a6 6 0 1 0 .01 0zM1 7h12M7 1c-4 3-4 9 0 12M7 1c4 3 4 9 0 12",
};

const WORKLOAD = "M2.5 2.5h9v9h-9z";

export function signOf(kind: string): string {
  return SIGNS[kind] ?? WORKLOAD;
}

/** A lens, 14 × 14: names that are looked up. */
export const LOOKED_UP = "M6 2a4 4 0 1 0 .01 0zM9 9l3.5 3.5";

/** Rising bars, 10 × 10: a port whose metrics are read. */
export const SCRAPED = "M1.5 9V6M5 9V3.5M8.5 9V1";
