/** The reason to skip a test that needs something this machine lacks; on CI nothing is skipped, so there it fails instead. */
export function skipWithout(isThere: boolean, what: string): string | false {
  if (isThere) return false;
  if (process.env["CI"]) throw new Error(`${what} is missing, and on CI nothing is skipped`);
  return `${what} is missing on this machine`;
}
