import { sectors } from "./rules.ts";
import type { Side, State } from "./rules.ts";

/** The state of a game in words, as one side sees it: for a model. */
export function briefing(scenario: string, { round, rounds, forces, holders }: State, side: Side): string {
  const enemy = side === "blue" ? "red" : "blue";
  const lines = sectors.map((sector) => {
    const [own, against] = [forces[side].units[sector], forces[enemy].units[sector]];
    return `- ${sector}: held by ${holders[sector] ?? "nobody"}, ${own} of yours, ${against} of theirs`;
  });
  return [
    `Scenario: ${scenario}`,
    `You command ${side}. Round ${round + 1} of ${rounds}. In reserve: ${forces[side].reserve} of yours.`,
    ...lines,
    "Orders: advance brings up to two units of the reserve into a sector, hold makes a sector harder to take, withdraw " +
      "takes all units of a sector back. Whoever holds more sectors in the end wins.",
  ].join("\n");
}
