import { type Check, containers } from "../check.ts";

/** Pod Security restricted; CIS 5.2.8 and 5.2.9. */
export const capabilities: Check = {
  code: "CAPABILITIES",
  title: "every container drops all capabilities and adds none",
  run: (subject) =>
    containers(subject).flatMap(({ object, container: { name, securityContext } }) => {
      const { add = [], drop = [] } = securityContext?.capabilities ?? {};
      if (drop.includes("ALL") && add.length === 0) return [];
      const message =
        add.length > 0
          ? `container ${name} adds the capabilities ${add.join(", ")}`
          : `container ${name} keeps the default capabilities`;
      return [
        {
          object,
          message,
          fix: "listen above port 1024 instead of NET_BIND_SERVICE; leave capabilities.drop at [ALL]",
        },
      ];
    }),
};
