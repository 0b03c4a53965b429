// Two sides, five sectors. Pure: what a round comes to follows from the state and the two orders alone.

export const sectors = ["north", "east", "centre", "west", "south"] as const;
export const actions = ["advance", "hold", "withdraw"] as const;

export type Sector = (typeof sectors)[number];
export type Side = "blue" | "red";

export interface Order {
  readonly action: (typeof actions)[number];
  readonly sector: Sector;
}

export interface Force {
  /** Units that stand in no sector. */
  readonly reserve: number;
  readonly units: Readonly<Record<Sector, number>>;
}

export interface State {
  /** Rounds played. */
  readonly round: number;
  readonly rounds: number;
  readonly forces: Readonly<Record<Side, Force>>;
  readonly holders: Readonly<Record<Sector, Side | null>>;
  /** Null while it goes on. */
  readonly outcome: Side | "draw" | null;
}

export function opening(rounds: number): State {
  return {
    round: 0,
    rounds,
    forces: {
      blue: { reserve: 4, units: { north: 0, east: 0, centre: 0, west: 3, south: 3 } },
      red: { reserve: 4, units: { north: 3, east: 3, centre: 0, west: 0, south: 0 } },
    },
    holders: { north: "red", east: "red", centre: null, west: "blue", south: "blue" },
    outcome: null,
  };
}

/**
 * One round. `advance` brings up to two units of the reserve into the sector, `withdraw` takes all of them back; then both
 * sides fight wherever both stand, where `hold` counts as two units more and `advance` as one. A side loses a unit for
 * every three, or part of three, that stand against it. Who stands alone in a sector holds it.
 */
export function resolve(state: State, orders: Readonly<Record<Side, Order>>): State {
  const moved = { blue: move(state.forces.blue, orders.blue), red: move(state.forces.red, orders.red) };
  const forces = { blue: fight("blue", moved, orders), red: fight("red", moved, orders) };
  const holders = perSector((sector) => holderOf(sector, forces, state.holders[sector]));
  const after = { ...state, round: state.round + 1, forces, holders };
  return { ...after, outcome: outcomeOf(after) };
}

const unitsPerAdvance = 2;
const bonus: Readonly<Record<Order["action"], number>> = { advance: 1, hold: 2, withdraw: 0 };

function move({ reserve, units }: Force, { action, sector }: Order): Force {
  if (action === "hold") return { reserve, units };
  const coming = action === "advance" ? Math.min(unitsPerAdvance, reserve) : -units[sector];
  return { reserve: reserve - coming, units: { ...units, [sector]: units[sector] + coming } };
}

function fight(side: Side, forces: Record<Side, Force>, orders: Readonly<Record<Side, Order>>): Force {
  const enemy = side === "blue" ? "red" : "blue";
  const units = perSector((sector) => {
    const [own, against] = [forces[side].units[sector], forces[enemy].units[sector]];
    if (against === 0) return own;
    const strength = against + (orders[enemy].sector === sector ? bonus[orders[enemy].action] : 0);
    return Math.max(0, own - Math.ceil(strength / 3));
  });
  return { reserve: forces[side].reserve, units };
}

function holderOf(sector: Sector, { blue, red }: Record<Side, Force>, before: Side | null): Side | null {
  const [blues, reds] = [blue.units[sector], red.units[sector]];
  if (blues > 0 === reds > 0) return before;
  return blues > 0 ? "blue" : "red";
}

function outcomeOf({ round, rounds, forces, holders }: State): State["outcome"] {
  const isOver = round >= rounds || total(forces.blue) === 0 || total(forces.red) === 0;
  if (!isOver) return null;
  const held = (side: Side) => sectors.filter((sector) => holders[sector] === side).length;
  if (held("blue") === held("red")) return "draw";
  return held("blue") > held("red") ? "blue" : "red";
}

/** All units of a side. */
export function total({ reserve, units }: Force): number {
  return sectors.reduce((sum, sector) => sum + units[sector], reserve);
}

function perSector<Value>(value: (sector: Sector) => Value): Record<Sector, Value> {
  return Object.fromEntries(sectors.map((sector) => [sector, value(sector)])) as Record<Sector, Value>;
}
