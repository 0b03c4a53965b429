import { AIRGAP, type Check } from "../../check.ts";
import { closedWorldOf, hostsIn } from "../../closed-world.ts";
import { perSource, startScripts } from "../../dockerfiles.ts";
import { fetchesIn } from "../../fetches.ts";

export const startFetch: Check = {
  code: "START_FETCH",
  severity: "error",
  title: "the script that an image of airgap starts fetches nothing",
  tags: ["airgap/AG07"],
  profiles: AIRGAP,
  run: (subject) => {
    const world = closedWorldOf(subject);
    return perSource(subject, (source) =>
      startScripts(source).flatMap(({ path, text }) =>
        text.split("\n").flatMap((line, i) => {
          if (/^\s*#/.test(line)) return [];
          const hosts = hostsIn(line).filter((host) => !world.allowsHost(host));
          return [...fetchesIn(line).map((what) => `fetches by ${what}`), ...hosts.map((host) => `asks ${host}`)].map(
            (does) => ({
              file: path,
              line: i + 1,
              message: `at each start it ${does}`,
              fix: "put it into the image, or onto a volume",
            }),
          );
        }),
      ),
    );
  },
};
