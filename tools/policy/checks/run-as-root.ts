import { type Check, containers } from "../check.ts";

/** Pod Security restricted; CIS 5.2.7. */
export const runAsRoot: Check = {
  code: "RUN_AS_ROOT",
  title: "no container runs as root",
  run: (subject) =>
    containers(subject).flatMap(({ object, container: { name, securityContext }, spec }) => {
      const user = securityContext?.runAsUser ?? spec.securityContext?.runAsUser;
      const isRefused = securityContext?.runAsNonRoot ?? spec.securityContext?.runAsNonRoot ?? false;
      if (isRefused && user !== 0) return [];
      return [
        {
          object,
          message: user === 0 ? `container ${name} runs as root` : `container ${name} may run as root`,
          fix: "set securityContext.container.runAsUser to another user, and leave runAsNonRoot true",
        },
      ];
    }),
};
