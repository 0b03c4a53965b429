import { type Found, oneLine } from "./evidence.ts";

/** A container whose first program could not be started: what the runtime says about it. */
export function startTrouble(who: string, message: string, architecture: string | undefined): Found {
  if (/exec format error/.test(message)) return platformTrouble(who, message, architecture);
  if (/OOM-killed|memory limit too low/.test(message))
    return {
      code: "POD_OUT_OF_MEMORY",
      message: `${who}: its memory limit is too low to start anything`,
      fix: "raise resources.limits.memory in services.json",
      isFinal: true,
    };
  return {
    code: "POD_START",
    message: `${who} cannot start: ${startCause(message)}`,
    fix: startFix(message),
    isFinal: true,
  };
}

/** `exec format error` is also what a script without its first line gives. */
export function platformTrouble(who: string, message: string, architecture: string | undefined): Found {
  const program = /exec:? "?([^\s":]+)"?:/.exec(message)?.[1];
  const node = architecture === undefined ? "this node's" : `this node's (${architecture})`;
  return {
    code: "POD_PLATFORM",
    message: `${who}: ${program ?? "its program"} is for another processor than ${node}, or a script without #!`,
    fix: "build or pull the image for this platform (docker pull --platform), or begin the script with #!/bin/sh",
    isFinal: true,
  };
}

function startCause(message: string): string {
  const program = /exec: \\?"?([^":\\]+)\\?"?: /.exec(message)?.[1];
  if (program !== undefined && /permission denied/.test(message)) return `"${program}" may not be executed`;
  if (program !== undefined && /executable file not found|no such file|stat /.test(message))
    return `"${program}" is not a program in its image`;
  const folder = /chdir to cwd \(\\?"([^"\\]+)/.exec(message)?.[1];
  if (folder !== undefined) return `its working directory ${folder} is not in its image`;
  const user = /unable to find user ([^:]+):/.exec(message)?.[1];
  if (user !== undefined) return `its image knows no user "${user}"`;
  if (/no command specified/.test(message)) return "neither its image nor services.json names a command";
  return oneLine(message.split(": ").at(-1) ?? message);
}

function startFix(message: string): string {
  if (/chdir to cwd/.test(message)) return "correct workingDir in services.json, or WORKDIR of the Dockerfile";
  if (/unable to find user/.test(message)) return "correct USER of the Dockerfile, or securityContext.pod.runAsUser";
  if (/exec: .*permission denied/.test(message)) return "make the file executable: chmod +x, or COPY --chmod=755";
  return "correct command in services.json, or ENTRYPOINT and CMD of the Dockerfile";
}
