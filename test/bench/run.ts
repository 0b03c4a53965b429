import { generatorRows, kustomizeRows } from "./generator.ts";
import { loopRows } from "./loop.ts";
import { table } from "./measure.ts";
import { peerRows } from "./peers.ts";

// `npm run bench [-- RUNS]`: one table. Compare within a run: machines differ, and so does one machine from hour to hour.

const runs = Number(process.argv[2] ?? 7);
// `-- RUNS peers`: only other generators beside `gen`.
const peers = peerRows(runs);
const rows =
  process.argv[3] === "peers"
    ? peers.rows
    : [...generatorRows(runs), ...peers.rows, ...kustomizeRows(runs), ...(await loopRows(runs))];
process.stdout.write(`${[table(rows), ...peers.missing].join("\n")}\n`);
