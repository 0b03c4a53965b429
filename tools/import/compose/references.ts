import type { Context } from "./project.ts";

// A host name in a variable is certain to be another service where a port, a scheme or the variable's name says so.

const HOST_VARIABLE = /(HOST|SERVER|ADDR|NODE|UPSTREAM|BACKEND|BROKER|ENDPOINT|URL|URI|DSN)/i;
const WORD = /[A-Za-z0-9_][A-Za-z0-9._-]*/g;

/** A text with the host names of other services replaced: `postgres://app@db:5432` → `postgres://app@${services.db.host}:5432`. */
export function hosted(name: string, text: string, { project, name: own }: Context): string {
  return text.replaceAll(WORD, (word, start: number) => {
    const service = project.hosts.get(word);
    // Its own name stays, unless it is no longer its name.
    const isOther = service !== undefined && (service !== own || word !== own);
    return isOther && isHost(name, text, start, start + word.length) ? `\${services.${service}.host}` : word;
  });
}

/** Services whose name stands in a text where a host stands. */
export function servicesIn(name: string, text: string, { project, name: own }: Context): readonly string[] {
  const found = [...text.matchAll(WORD)].flatMap(({ 0: word, index }) => {
    const service = project.hosts.get(word);
    return service !== undefined && service !== own && isHost(name, text, index, index + word.length) ? [service] : [];
  });
  return [...new Set(found)];
}

function isHost(name: string, text: string, start: number, end: number): boolean {
  const before = text.slice(0, start);
  const behind = text.slice(end);
  if (!/^($|[:/,;)?\s"'])/.test(behind)) return false;
  if (/(:\/\/|@|\(|\bhost=|\bserver\s+)$/i.test(before)) return true;
  const isAlone = /^$|[,;\s]$/.test(before);
  if (isAlone && /^:\d+/.test(behind)) return true;
  return HOST_VARIABLE.test(name) && before === "" && behind === "";
}
