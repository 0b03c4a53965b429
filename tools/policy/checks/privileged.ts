import { type Check, containers } from "../check.ts";

/** Pod Security baseline and restricted; CIS 5.2.2 and 5.2.6. */
export const privileged: Check = {
  code: "PRIVILEGED",
  title: "no container is privileged or may become so",
  run: (subject) =>
    containers(subject).flatMap(({ object, container: { name, securityContext } }) => {
      if (securityContext?.privileged === true)
        return [
          {
            object,
            message: `container ${name} is privileged: it is root on the node`,
            fix: "remove securityContext.container.privileged",
          },
        ];
      if (securityContext?.allowPrivilegeEscalation === false) return [];
      return [
        {
          object,
          message: `container ${name} may gain privileges that its parent lacks`,
          fix: "remove securityContext.container.allowPrivilegeEscalation: it is false by default",
        },
      ];
    }),
};
