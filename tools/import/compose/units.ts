const SECONDS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 };

/** `1m30s` in whole seconds, rounded up; null for what is no duration. */
export function secondsOf(text: string): number | null {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|us|µs|ns|s)/g)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join("") !== text)
    return /^\d+$/.test(text) ? Number(text) : null;
  return Math.ceil(parts.reduce((sum, [, number, unit = ""]) => sum + Number(number) * (SECONDS[unit] ?? 0), 0));
}

const POWERS = ["", "k", "m", "g", "t", "p"];
const SUFFIXES = ["", "Ki", "Mi", "Gi", "Ti", "Pi"];

/** `512m`, `1.5g`, `64kb` or bytes as a Kubernetes quantity; Compose counts in powers of 1024. Null for anything else. */
export function quantityOf(text: string): string | null {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)\s*([kmgtp]?)(?:i?b)?$/i.exec(text.trim()) ?? [];
  if (number === undefined) return null;
  let power = POWERS.indexOf(unit.toLowerCase());
  let value = Number(number);
  while (!Number.isInteger(value) && power > 0) {
    value *= 1024;
    power--;
  }
  value = Math.ceil(value);
  while (value > 0 && value % 1024 === 0 && power < SUFFIXES.length - 1) {
    value /= 1024;
    power++;
  }
  return `${value}${SUFFIXES[power]}`;
}

/** Bytes of a quantity that `quantityOf` made. */
export function bytesOf(quantity: string): number {
  const [, number = "0", suffix = ""] = /^(\d+)(.*)$/.exec(quantity) ?? [];
  return Number(number) * 1024 ** Math.max(0, SUFFIXES.indexOf(suffix));
}

/** `0.5` of a CPU is `500m`; null for what is no number. */
export function cpuOf(text: string): string | null {
  if (!/^\d*\.?\d+$/.test(text)) return null;
  const milli = Math.ceil(Number(text) * 1000);
  return milli % 1000 === 0 ? `${milli / 1000}` : `${milli}m`;
}
