import type { Finding } from "../../tools/lib/errors.ts";

/** Tells once each what the kernel's limits do to the watching of files. */
export function limitWarnings(tell: (finding: Finding) => void): {
  readonly overflow: () => void;
  readonly unwatchable: (error: NodeJS.ErrnoException) => void;
} {
  const told = new Set<string>();
  const once = (message: string, limits: string): void => {
    if (told.has(limits)) return;
    told.add(limits);
    const fix = `raise the limit: sudo sysctl ${limits}`;
    tell({ code: "WATCH_LIMITED", severity: "warning", where: "file watching", message, fix });
  };
  return {
    overflow: () =>
      once(
        "more files changed at once than the kernel keeps; all of them were looked at",
        "fs.inotify.max_queued_events=65536",
      ),
    unwatchable: ({ code, message }) =>
      once(
        `some folders cannot be watched (${code ?? message}); they are looked at twice a second`,
        "fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512",
      ),
  };
}
