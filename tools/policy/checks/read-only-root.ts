import { type Check, containers } from "../check.ts";

/** NSA/CISA 1.1. /tmp is writable in any case; further folders are emptyDir volumes. */
export const readOnlyRoot: Check = {
  code: "READ_ONLY_ROOT",
  title: "no container can change its own image",
  run: (subject) =>
    containers(subject)
      .filter(({ container }) => container.securityContext?.readOnlyRootFilesystem !== true)
      .map(({ object, container }) => ({
        object,
        message: `container ${container.name} may write to its root file system`,
        fix: 'declare what it writes: "volumes": {"cache": {"mountPath": "…", "type": "emptyDir"}}',
      })),
};
