import { generatorRows, kustomizeRows } from "./generator.ts";
import { loopRows } from "./loop.ts";
import { table } from "./measure.ts";
import { mockRows } from "./mock.ts";

// `npm run bench [-- RUNS]`: one table. Compare within a run: machines differ, and so does one machine from hour to hour.

const runs = Number(process.argv[2] ?? 7);
process.stdout.write(
  `${table([...generatorRows(runs), ...kustomizeRows(runs), ...(await loopRows(runs)), ...mockRows(runs)])}\n`,
);
