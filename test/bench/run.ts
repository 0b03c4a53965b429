import { deliveryRows } from "./delivery.ts";
import { digestRows } from "./digest.ts";
import { generatorRows, kustomizeRows } from "./generator.ts";
import { loopRows } from "./loop.ts";
import { firstPaintRows } from "./first-paint.ts";
import { type Row, table } from "./measure.ts";
import { mockRows } from "./mock.ts";
import { peerRows } from "./peers.ts";
import { syncRows } from "./sync.ts";

// `npm run bench [-- RUNS [GROUP…]]`: one table. Compare within a run: machines differ, and so does one machine from hour to hour.

const GROUPS: Readonly<Record<string, (runs: number) => readonly Row[] | Promise<readonly Row[]>>> = {
  gen: generatorRows,
  peers: ofPeers,
  kustomize: kustomizeRows,
  paint: firstPaintRows,
  loop: loopRows,
  digest: digestRows,
  sync: syncRows,
  delivery: deliveryRows,
  mock: mockRows,
};

const [runs = "7", ...asked] = process.argv.slice(2);
const missing: string[] = [];
const rows: Row[] = [];
for (const [name, rowsOf] of Object.entries(GROUPS))
  if (asked.length === 0 || asked.includes(name)) rows.push(...(await rowsOf(Number(runs))));
process.stdout.write(`${[table(rows), ...missing].join("\n")}\n`);

/** Other generators beside `gen`; those that are not installed are named below the table. */
function ofPeers(count: number): readonly Row[] {
  const peers = peerRows(count);
  missing.push(...peers.missing);
  return peers.rows;
}
