import { parseImage } from "../../../model/image.ts";
import { AIRGAP, type Check } from "../../check.ts";
import { type Container, perContainer } from "../../pods.ts";

interface Family {
  readonly image: RegExp;
  /** Each is settled by any of its alternatives: `NAME=value`, or an argument. */
  readonly switches: readonly (readonly string[])[];
}

// What each program asks the internet for unless it is told not to; from its own documentation.
const FAMILIES: readonly Family[] = [
  { image: /\/vllm-openai$/, switches: [["HF_HUB_OFFLINE=1"], ["VLLM_NO_USAGE_STATS=1", "DO_NOT_TRACK=1"]] },
  { image: /\/text-(generation|embeddings)-inference$/, switches: [["HF_HUB_OFFLINE=1"]] },
  {
    image: /\/goauthentik\/server$/,
    switches: [
      ["AUTHENTIK_DISABLE_UPDATE_CHECK=true"],
      ["AUTHENTIK_DISABLE_STARTUP_ANALYTICS=true"],
      ["AUTHENTIK_AVATARS=initials", "AUTHENTIK_AVATARS=none"],
    ],
  },
  {
    image: /\/grafana(-oss|-enterprise)?$/,
    switches: [["GF_ANALYTICS_REPORTING_ENABLED=false"], ["GF_ANALYTICS_CHECK_FOR_UPDATES=false"]],
  },
  {
    image: /(^|\/)traefik$/,
    switches: [["--global.checknewversion=false", "TRAEFIK_GLOBAL_CHECKNEWVERSION=false"]],
  },
  { image: /\/qdrant$/, switches: [["QDRANT__TELEMETRY_DISABLED=true"]] },
];

export const offlineSwitch: Check = {
  code: "OFFLINE_SWITCH",
  severity: "warning",
  title: "in airgap programs that ask the internet are told not to",
  tags: ["airgap/AG08"],
  profiles: AIRGAP,
  run: (subject) =>
    perContainer(subject, (container) =>
      FAMILIES.filter(({ image }) => image.test(parseImage(container.image).name))
        .flatMap(({ switches }) => switches)
        .filter((alternatives) => !alternatives.some((one) => isSet(one, container)))
        .map(([first = ""]) => ({
          message: `container ${container.name} asks the internet, and waits for the answer, unless it is told ${first}`,
          fix: `set ${first}`,
        })),
    ),
};

function isSet(wanted: string, { env, args, command }: Container): boolean {
  const words = [...command, ...args].map((word) => word.toLowerCase());
  if (wanted.startsWith("--")) return words.includes(wanted);
  const [name, value] = wanted.split("=");
  return env.some((one) => one.name === name && sameSwitch(one.value ?? "", value ?? ""));
}

function sameSwitch(written: string, wanted: string): boolean {
  const truth = (text: string): string => ({ "1": "true", "0": "false" })[text] ?? text.toLowerCase();
  return truth(written) === truth(wanted);
}
