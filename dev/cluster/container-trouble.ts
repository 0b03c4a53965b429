import type { ContainerStatus, Terminated } from "../sources/pod.ts";
import type { PodFacts } from "./diagnosis.ts";

/** One thing that is wrong, before it is known of which pod it is said. */
export interface Found {
  readonly code: string;
  readonly message: string;
  /** `<pod>` stands for the pod in a kubectl command, `<env>` for the environment. */
  readonly fix: string;
  readonly isFinal: boolean;
}

/** What a container's status says; null for one that is well or only starting. */
export function containerTrouble(container: ContainerStatus, facts: PodFacts): Found | null {
  const { reason = "", message = "" } = container.state?.waiting ?? {};
  if (/^(ErrImagePull|ImagePullBackOff|ErrImageNeverPull|InvalidImageName)$/.test(reason))
    return image(container, message);
  if (reason === "CreateContainerConfigError") return configuration(container, message);
  if (reason === "CreateContainerError" || reason === "RunContainerError") return starting(container, message);
  const crash = container.state?.terminated ?? (container.ready === true ? undefined : container.lastState?.terminated);
  return crash ? crashed(container, crash, facts) : null;
}

function image({ name, image: reference = "" }: ContainerStatus, message: string): Found {
  const cause = /not found/.test(message)
    ? "its registry does not have it"
    : /no such host|dial tcp|timeout/.test(message)
      ? "its registry cannot be reached"
      : "it cannot be pulled";
  return {
    code: "POD_IMAGE",
    message: `container ${name}: the node has no image ${reference}, and ${cause}`,
    fix: `correct "image" in services.json, or put it into the node: kind load docker-image ${reference} --name <kind cluster> (after docker pull, where this machine lacks it)`,
    isFinal: true,
  };
}

function configuration({ name }: ContainerStatus, message: string): Found {
  const secret = missingSecret(message);
  if (secret) return { ...secret, message: `container ${name}: ${secret.message}` };
  if (/runAsNonRoot/.test(message))
    return {
      code: "POD_ROOT",
      message: `container ${name}: its image runs as root, which the pod forbids`,
      fix: "end the Dockerfile with a numeric USER, such as USER 10001, or set securityContext.pod.runAsUser",
      isFinal: true,
    };
  return {
    code: "POD_CONFIG",
    message: `container ${name}: ${message}`,
    fix: "correct env, envFrom or config of the service in services.json",
    isFinal: true,
  };
}

/** The same words wherever a Secret is missed: as a variable, as a file, or before anything starts. */
export function missingSecret(message: string): Found | null {
  const key = /couldn't find key (\S+) in Secret (\S+)|references non-existent secret key: (\S+)/.exec(message);
  const [, config] = /configmap "([^"]+)" not found/.exec(message) ?? [];
  const [, secret] = /secret "([^"]+)" not found/.exec(message) ?? [];
  if (key)
    return {
      code: "SECRET_KEY_MISSING",
      message: `the Secret ${key[2] ?? "of this pod"} has no key ${key[1] ?? key[3]}`,
      fix: "add the key: npm run secrets -- <env>, or kubectl edit secret",
      isFinal: true,
    };
  if (secret !== undefined)
    return {
      code: "SECRET_MISSING",
      message: `the Secret ${secret} does not exist`,
      fix: "create it: npm run secrets -- <env>",
      isFinal: true,
    };
  if (config !== undefined)
    return {
      code: "CONFIG_MISSING",
      message: `the ConfigMap ${config} does not exist`,
      fix: "declare it as the config of a service in services.json",
      isFinal: true,
    };
  return null;
}

function starting({ name }: Pick<ContainerStatus, "name">, message: string): Found {
  const program = /exec: \\?"?([^":\\]+)\\?"?: (?:executable file not found|no such file|stat |permission denied)/.exec(
    message,
  )?.[1];
  const cause =
    program === undefined ? (message.split(": ").at(-1) ?? message) : `"${program}" is not a program in its image`;
  return {
    code: "POD_START",
    message: `container ${name} cannot start: ${cause}`,
    fix: "correct command in services.json, or ENTRYPOINT and CMD of the Dockerfile",
    isFinal: true,
  };
}

function crashed(
  { name, restartCount = 0 }: ContainerStatus,
  terminated: Terminated,
  { events }: PodFacts,
): Found | null {
  const isFinal = restartCount >= 2;
  if (terminated.reason === "StartError" || terminated.reason === "ContainerCannotRun")
    return starting({ name }, terminated.message ?? "");
  const log = lastLine(terminated.message ?? "");
  if (terminated.reason === "OOMKilled")
    return {
      code: "POD_OUT_OF_MEMORY",
      message: `container ${name} used more memory than its limit and was killed`,
      fix: "raise resources.limits.memory in services.json",
      isFinal,
    };
  if (/exec format error/.test(terminated.message ?? ""))
    return {
      code: "POD_PLATFORM",
      message: `container ${name}: its image is for another processor`,
      fix: "build or pull it for this platform: docker pull --platform",
      isFinal: true,
    };
  if (terminated.reason === "Completed" && terminated.exitCode === 0)
    return restartCount === 0
      ? null
      : {
          code: "POD_ENDED",
          message: `container ${name} ended by itself with code 0; a service must go on running`,
          fix: "let its command stay in the foreground",
          isFinal,
        };
  const killed = events.findLast(
    ({ reason, message }) => reason === "Unhealthy" && /^(Liveness|Startup) probe/.test(message ?? ""),
  );
  if (killed && (terminated.exitCode === 137 || terminated.exitCode === 143))
    return {
      code: "POD_PROBE",
      message: `container ${name} is restarted again and again: ${oneLine(killed.message)}`,
      fix: "correct what the probe asks, or give it more time in probes of services.json",
      isFinal,
    };
  const said = log === "" ? "" : `: ${log}`;
  return {
    code: "POD_CRASHED",
    message: `container ${name} exited with code ${terminated.exitCode}${said}`,
    fix: `correct it and save; all it said: kubectl logs --previous <pod> -c ${name}`,
    isFinal,
  };
}

/** The last line of a log that says something: stack traces and Node's version come after the error itself. */
function lastLine(log: string): string {
  const lines = log
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const error = lines.findLast((line) => /^(\w*(Error|Exception)\b|error\b|fatal\b|panic:)/i.test(line));
  return shortened(error ?? lines.findLast((line) => !/^(at |Node\.js v)/.test(line) && line !== "}") ?? "");
}

export function oneLine(message = ""): string {
  return shortened(message.replaceAll(/\s+/g, " ").trim());
}

function shortened(text: string): string {
  return text.length > 240 ? `${text.slice(0, 239)}…` : text;
}
