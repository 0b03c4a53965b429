import { AIRGAP, type Check } from "../../check.ts";
import { fetchesIn } from "../../fetches.ts";
import { perContainer } from "../../pods.ts";

/** curl and wget are told by the hosts that they name. */
export const runtimeFetch: Check = {
  code: "RUNTIME_FETCH",
  severity: "error",
  title: "in airgap no container fetches packages or models when it starts",
  tags: ["airgap/AG07"],
  profiles: AIRGAP,
  run: (subject) =>
    perContainer(subject, ({ name, command, args }) =>
      fetchesIn([...command, ...args].join(" ")).map((what) => ({
        message: `container ${name} fetches by ${what} when it starts`,
        fix: "put it into the image, or onto a volume",
      })),
    ),
};
