import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

// Loaded before the program: ends it, as the system would, at the Nth step that changes files below KILL_BELOW. With
// KILL_AT=0 it only counts, and says how many there are.

const below = `${process.env.KILL_BELOW}/`;
const at = Number(process.env.KILL_AT);
let steps = 0;

const STEPS = [
  "mkdir",
  "writeFile",
  "rename",
  "rm",
  "rmdir",
  "unlink",
  "copyFile",
  "symlink",
  "truncate",
  "appendFile",
];
for (const name of STEPS) {
  hook(fs, `${name}Sync`);
  hook(fs.promises, name);
}
syncBuiltinESMExports();
process.once("exit", () => at === 0 && fs.writeSync(2, `steps ${steps}\n`));

function hook(owner, name) {
  const real = owner[name];
  owner[name] = (path, ...rest) => {
    if (!String(path).startsWith(below)) return real.call(owner, path, ...rest);
    steps++;
    if (steps === at && name.startsWith("writeFile")) {
      // Killed in the middle of it: half of the text is there.
      fs.writeSync(fs.openSync(path, "w"), String(rest[0]).slice(0, String(rest[0]).length / 2));
    }
    if (steps === at) process.kill(process.pid, "SIGKILL");
    return real.call(owner, path, ...rest);
  };
}
