import { type Check, finding } from "./check.ts";

const WATCHES = "/proc/sys/fs/inotify/max_user_watches";
const INSTANCES = "/proc/sys/fs/inotify/max_user_instances";

/** A kind node of its own takes dozens of instances: kind's known issue with 128 of them. https://kind.sigs.k8s.io/docs/user/known-issues/#pod-errors-due-to-too-many-open-files */
const ENOUGH = { watches: 65_536, instances: 256 };

export const inotify: Check = {
  title: "file watching",
  async look({ platform, readText }) {
    if (platform !== "linux") return "no limits here";
    const [watches, instances] = (await Promise.all([WATCHES, INSTANCES].map(readText))).map(Number);
    if ((watches ?? 0) >= ENOUGH.watches && (instances ?? 0) >= ENOUGH.instances)
      return `${watches} watches, ${instances} instances`;
    return finding(
      "INOTIFY_LIMITS",
      "fs.inotify",
      `${watches} watches and ${instances} instances per user may be too few`,
      `sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512`,
      "warning",
    );
  },
};
