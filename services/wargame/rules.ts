import { Type } from "../base/schema.ts";
import type { Static } from "../base/schema.ts";

// Two sides, three sectors. Pure: what a round comes to follows from the state and the two orders alone.

export const sectors = ["north", "centre", "south"] as const;
const fields = { action: Type.Enum(["attack", "hold"]), sector: Type.Enum([...sectors]) };
export const order = Type.Object(fields, { additionalProperties: false });

export type Order = Static<typeof order>;
export type Units = Readonly<Record<Order["sector"], number>>;
export type Sides<Of> = Readonly<Record<"blue" | "red", Of>>;

export interface State extends Sides<Units> {
  readonly turns: readonly Sides<Order>[];
  /** Null while it goes on. */
  readonly outcome: keyof Sides<Units> | "draw" | null;
}

export const rounds = 6;
const full: Units = { north: 3, centre: 3, south: 3 };
export const opening: State = { blue: full, red: full, turns: [], outcome: null };

/** One round: an attack costs the other side one unit of the sector, unless it holds that one. */
export function resolve(state: State, orders: Sides<Order>): State {
  const turns = [...state.turns, orders];
  const blue = after(state.blue, orders.blue, orders.red);
  const red = after(state.red, orders.red, orders.blue);
  // A sector is won by who has more units in it.
  const lead = sectors.reduce((sum, sector) => sum + Math.sign(blue[sector] - red[sector]), 0);
  const winner = lead === 0 ? "draw" : lead > 0 ? "blue" : "red";
  return { blue, red, turns, outcome: turns.length < rounds ? null : winner };
}

function after(units: Units, own: Order, other: Order): Units {
  const isHeld = own.action === "hold" && own.sector === other.sector;
  if (other.action === "hold" || isHeld) return units;
  return { ...units, [other.sector]: Math.max(0, units[other.sector] - 1) };
}
