import type { Pod } from "../../sources/pod.ts";
import { type Found, oneLine } from "./evidence.ts";

/** A container that cannot be made from what its pod says: `CreateContainerConfigError`. */
export function configurationTrouble(pod: Pod, who: string, message: string): Found {
  const missing = missingReference(pod, message);
  if (missing) return { ...missing, message: `${who}: ${missing.message}` };
  if (/runAsNonRoot/.test(message)) return rootTrouble(who, message);
  return {
    code: "POD_CONFIG",
    message: `${who}: ${oneLine(message)}`,
    fix: "correct env, envFrom or config of the service in services.json",
    isFinal: true,
  };
}

function rootTrouble(who: string, message: string): Found {
  const user = /non-numeric user \(([^)]+)\)/.exec(message)?.[1];
  return {
    code: "POD_ROOT",
    message:
      user === undefined
        ? `${who}: its image runs as root, which the pod forbids`
        : `${who}: its image runs as "${user}", and only a number proves that this is not root`,
    fix: "end the Dockerfile with a numeric USER, such as USER 10001, or set securityContext.pod.runAsUser",
    isFinal: true,
  };
}

/** The same words wherever a Secret or ConfigMap is missed: as a variable or as a file. */
export function missingReference({ spec }: Pod, message: string): Found | null {
  const [, variable, kind, object] = /couldn't find key (\S+) in (Secret|ConfigMap) (\S+)/.exec(message) ?? [];
  const [, kindOfFile, file] = /references non-existent (secret|config) key: (\S+)/.exec(message) ?? [];
  const volume = spec?.volumes?.find(({ name }) => message.includes(`volume "${name}"`));
  if (variable !== undefined) return keyMissing(kind === "Secret", variable, object ?? null);
  if (file !== undefined)
    return kindOfFile === "secret"
      ? keyMissing(true, file, volume?.secret?.secretName ?? null)
      : keyMissing(false, file, volume?.configMap?.name ?? null);
  const [, missingKind, name] = /(secret|configmap) "([^"]+)" not found/.exec(message) ?? [];
  return name === undefined ? null : missingKind === "secret" ? secretMissing(name) : configMissing(name);
}

function keyMissing(isSecret: boolean, key: string, name: string | null): Found {
  const object = `${isSecret ? "Secret" : "ConfigMap"} ${name?.split("/").at(-1) ?? "of this volume"}`;
  return {
    code: isSecret ? "SECRET_KEY_MISSING" : "CONFIG_KEY_MISSING",
    message: `the ${object} has no key ${key}`,
    fix: isSecret
      ? "add the key: npm run secrets -- <env>, or kubectl edit secret"
      : "add the key to config.values of the service in services.json, or correct the name",
    isFinal: true,
  };
}

function secretMissing(name: string): Found {
  return {
    code: "SECRET_MISSING",
    message: `the Secret ${name} does not exist`,
    fix: "create it: npm run secrets -- <env>",
    isFinal: true,
  };
}

function configMissing(name: string): Found {
  return {
    code: "CONFIG_MISSING",
    message: `the ConfigMap ${name} does not exist`,
    fix: "declare it as the config of a service in services.json",
    isFinal: true,
  };
}
