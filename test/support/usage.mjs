import { writeSync } from "node:fs";

// Loaded before a program: at its end, what it took, as one line of JSON on standard error.
process.once("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  writeSync(
    2,
    `\n${JSON.stringify({ cpuMs: Math.round((userCPUTime + systemCPUTime) / 1000), maxRssMiB: Math.round(maxRSS / 1024) })}\n`,
  );
});
