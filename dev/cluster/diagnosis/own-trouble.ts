import { type Found, oneLine } from "./evidence.ts";
import { errorLine, linesOf } from "./log.ts";

/**
 * What a program's log says that is its own trouble, whoever else is not Ready: the port it listens on, the files it
 * writes, code that cannot be loaded. Null when it says no such thing.
 */
export function ownTrouble(log: string, who: string, isFinal: boolean): Found | null {
  const lines = linesOf(log);
  const last = (pattern: RegExp): string | undefined => lines.findLast((line) => pattern.test(line));
  const taken = last(/EADDRINUSE|address (?:is )?already in use/i);
  if (taken !== undefined) return portTaken(taken, who, isFinal);
  const readOnly = last(/EROFS|read-only file ?system/i);
  if (readOnly !== undefined) return notWritable(readOnly, who, isFinal);
  const denied = last(/EACCES|EPERM|permission denied/i);
  if (denied !== undefined) return notPermitted(denied, who, isFinal);
  const broken = last(BROKEN_CODE);
  if (broken === undefined) return null;
  return {
    code: "POD_CRASHED",
    message: `${who} cannot load its code: ${errorLine(log)}`,
    fix: "correct it and save",
    isFinal,
  };
}

const BROKEN_CODE =
  /^(?:Uncaught )?(?:SyntaxError|IndentationError|ModuleNotFoundError|ImportError|NameError|ReferenceError)\b|Cannot find (?:module|package)|ERR_MODULE_NOT_FOUND/;

function portTaken(line: string, who: string, isFinal: boolean): Found {
  const port = /(?::|port )(\d{2,5})\b/i.exec(line)?.[1];
  return {
    code: "POD_PORT_TAKEN",
    message: `${who}: ${port === undefined ? "its port" : `port ${port}`} is taken by another program of its pod: ${oneLine(line)}`,
    fix: "give one of them another port: containers of a pod share its network",
    isFinal,
  };
}

function notWritable(line: string, who: string, isFinal: boolean): Found {
  const path = pathIn(line);
  return {
    code: "POD_READ_ONLY",
    message: `${who} writes ${path === null ? "its own image" : `to ${path}`}, which is read-only: ${oneLine(line)}`,
    fix: `declare a volume there: "volumes": {"scratch": {"type": "emptyDir", "mountPath": "${folderOf(path)}"}}`,
    isFinal,
  };
}

function notPermitted(line: string, who: string, isFinal: boolean): Found {
  const port = /(?:listen|bind).*?:(\d{1,3})\b/i.exec(line)?.[1];
  const path = pathIn(line);
  const what = port === undefined ? (path ?? "what it asks for") : `port ${port}`;
  return {
    code: "POD_PERMISSION",
    message: `${who} may not use ${what}: ${oneLine(line)}`,
    fix:
      port === undefined
        ? "let the Dockerfile give it to the program's user (chown), or mount a volume there"
        : "listen on a port above 1023: the program does not run as root",
    isFinal,
  };
}

function pathIn(line: string): string | null {
  return /(?:^|[\s'"(:])(\/[\w.@/-]+)/.exec(line)?.[1]?.replace(/[:.]+$/, "") ?? null;
}

/** Where a volume would help: the folder of a file. */
function folderOf(path: string | null): string {
  if (path === null) return "/tmp";
  const folder = path.slice(0, path.lastIndexOf("/"));
  return folder === "" ? path : folder;
}
