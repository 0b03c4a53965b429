import { didYouMean } from "../../../tools/lib/text.ts";
import { type Dependencies, type Found, type Verdict, oneLine } from "./evidence.ts";
import { linesOf } from "./log.ts";

const REFUSED = /ECONNREFUSED|connection refused|ECONNRESET|connection reset|couldn't connect|server at .* failed/i;
const UNKNOWN_HOST =
  /ENOTFOUND|EAI_AGAIN|no such host|name or service not known|could not translate host name|bad address|name resolution|nodename nor servname|could not resolve|getaddrinfo/i;
const SILENT = /ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|no route to host|timed? ?out|timeout expired/i;

/** Whether a log is worth asking the API which address is whose. */
export function saysUnreachable(log: string): boolean {
  return lineOf(log) !== null;
}

/**
 * What a program's log says about a service that it could not reach: it waits for one that is not Ready, and any other
 * case is its own trouble. Null when the log says no such thing.
 */
export function unreachable(
  log: string,
  who: string,
  { hosts, declared }: Dependencies,
  isFinal: boolean,
): Verdict | null {
  const line = lineOf(log);
  if (line === null) return null;
  const words = line.split(/[^A-Za-z0-9.-]+/).map((word) => word.replace(/\.+$/, ""));
  const known = words.map((word) => hosts[word] ?? hosts[word.split(".")[0] ?? ""]).find((host) => host !== undefined);
  if (known && !known.isReady) return { state: "waits", on: [known.service] };
  if (known) return trouble(toService(line, who, known.service, declared.includes(known.service)), isFinal);
  const host = UNKNOWN_HOST.test(line) ? unknownHost(line) : null;
  if (host !== null) return trouble(toNobody(line, who, host, Object.keys(hosts)), isFinal);
  return null;
}

function lineOf(log: string): string | null {
  return linesOf(log).findLast((line) => [REFUSED, UNKNOWN_HOST, SILENT].some((kind) => kind.test(line))) ?? null;
}

type Words = Pick<Found, "message" | "fix">;

function trouble(words: Words, isFinal: boolean): Verdict {
  return { state: "trouble", found: { code: "POD_DEPENDENCY", ...words, isFinal } };
}

/** Policies let nothing through that is not declared, and a packet that is dropped looks like a slow answer. */
function toService(line: string, who: string, service: string, isDeclared: boolean): Words {
  return {
    message: `${who} cannot reach ${service}, which is Ready: ${oneLine(line)}`,
    fix: isDeclared
      ? `correct the host or port under which it asks for ${service}`
      : `declare it in services.json, since the network policy lets nothing else through: "dependsOn": {"${service}": {}}`,
  };
}

function toNobody(line: string, who: string, host: string, known: readonly string[]): Words {
  const near = didYouMean(host, known);
  return {
    message: `${who} asks for the host ${host}, which nobody has: ${oneLine(line)}`,
    fix: `correct the host: ${near === null ? "name a service with ${services.<name>.host}" : `did you mean ${near}?`}`,
  };
}

function unknownHost(line: string): string | null {
  const quoted =
    /(?:ENOTFOUND|EAI_AGAIN|lookup|bad address|host name|resolve(?: host)?:?|getaddrinfo for) ["']?([\w.-]+)/i.exec(
      line,
    )?.[1] ?? /host=["']([\w.-]+)["']/.exec(line)?.[1];
  return quoted ?? null;
}
