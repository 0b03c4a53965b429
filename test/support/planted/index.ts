import { AIRGAP } from "./airgap.ts";
import { FIRST } from "./first.ts";
import { IDENTITY } from "./identity.ts";
import { NETWORK } from "./network.ts";
import type { Planted } from "./plant.ts";
import { SCHEDULING } from "./scheduling.ts";
import { SECURITY } from "./security.ts";
import { SOURCES } from "./sources.ts";
import { STORAGE } from "./storage.ts";

export const PLANTED: readonly Planted[] = [
  ...FIRST,
  ...SECURITY,
  ...IDENTITY,
  ...SCHEDULING,
  ...NETWORK,
  ...AIRGAP,
  ...SOURCES,
  ...STORAGE,
];
export type { Planted };
