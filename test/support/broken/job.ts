import { type BrokenService, type Place, job, SLEEP } from "./service.ts";

export function jobs(place: Place): BrokenService[] {
  return [
    {
      name: "job",
      objects: [job(place, "job", "echo 'Error: relation users exists' >&2; exit 3", { backoffLimit: 0 })],
      code: "JOB_FAILED",
      words: /^it failed once, and no more is allowed; it said: Error: relation users exists$/,
      fix: /correct it and save/,
      reported: /"type":"Failed"/,
    },
    {
      name: "deadline",
      objects: [job(place, "deadline", SLEEP, { activeDeadlineSeconds: 2 })],
      code: "JOB_DEADLINE",
      words: /^it took longer than its deadline/,
      fix: /activeDeadlineSeconds/,
      reported: /"type":"Failed"/,
    },
  ];
}
