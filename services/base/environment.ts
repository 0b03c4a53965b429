export type Environment = Readonly<Record<string, string | undefined>>;

/** The variable's value. Throws, naming the variable, when it is unset or empty. */
export function textFrom(env: Environment, name: string): string {
  const value = env[name];
  if (value === undefined || value === "") throw new Error(`${name} is not set`);
  return value;
}

/** The variable as a whole number, `fallback` when unset. Throws, naming the variable, on anything else. */
export function wholeNumberFrom(env: Environment, name: string, fallback: number): number {
  const value = env[name];
  if (value === undefined || value === "") return fallback;
  if (!/^\d{1,15}$/.test(value)) throw new Error(`${name} is not a whole number: ${value}`);
  return Number(value);
}
