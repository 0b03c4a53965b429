import { images } from "./image.ts";
import { jobs } from "./job.ts";
import { refused } from "./refuse.ts";
import { runs } from "./run.ts";
import { scheduled } from "./schedule.ts";
import { starts } from "./start.ts";
import { volumes } from "./volume.ts";
import { waits } from "./wait.ts";
import type { BrokenService, Place } from "./service.ts";

export function brokenServices(place: Place): BrokenService[] {
  return [
    images(place),
    starts(place),
    runs(place),
    waits(place),
    jobs(place),
    scheduled(place),
    volumes(place),
    refused(place),
  ].flat();
}
