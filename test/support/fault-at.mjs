import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

// Loaded before the program: at the FAULT_ATth step that changes files below FAULT_BELOW, it is killed as the system would
// (FAULT=kill), or from there on the system refuses every step with that code (FAULT=EROFS), or every one that needs space
// (FAULT=ENOSPC). With FAULT=none it only counts, and says how many steps there are.

const { FAULT, FAULT_AT, FAULT_BELOW } = process.env;
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
  hook(fs, `${name}Sync`, name);
  hook(fs.promises, name, name);
}
syncBuiltinESMExports();
process.once("exit", () => FAULT === "none" && fs.writeSync(2, `steps ${steps}\n`));

function hook(owner, key, name) {
  const real = owner[key];
  owner[key] = (path, ...rest) => {
    if (String(path).startsWith(`${FAULT_BELOW}/`) && ++steps >= Number(FAULT_AT)) fault(name, path, rest);
    return real.call(owner, path, ...rest);
  };
}

function fault(name, path, [content]) {
  // In the middle of it: half of the text is there.
  const half = (text) => fs.writeSync(fs.openSync(path, "w"), text.slice(0, text.length / 2));
  if (FAULT === "kill") {
    if (name === "writeFile") half(String(content));
    process.kill(process.pid, "SIGKILL");
  }
  const refuses = FAULT === "EROFS" || (FAULT === "ENOSPC" && ["mkdir", "writeFile"].includes(name));
  if (!refuses) return;
  if (FAULT === "ENOSPC" && name === "writeFile") half(String(content));
  throw Object.assign(new Error(`${FAULT}: the system refuses, ${name} '${path}'`), {
    code: FAULT,
    syscall: name,
    path,
  });
}
