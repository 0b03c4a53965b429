import { posix, win32 } from "node:path";
import type { Path } from "../source.ts";
import type { Problem, ServiceRule } from "./rule.ts";

/** What is built lies below services.json, wherever this is checked out. */
export const paths: ServiceRule = ({ service: { build } }) => {
  if (!build?.context) return [];
  const context = outside(build.context, build.context, ["build", "context"]);
  if (context.length > 0 || build.dockerfile === undefined) return context;
  return outside(posix.join(build.context, slashed(build.dockerfile)), build.dockerfile, ["build", "dockerfile"]);
};

export function outside(path: string, written: string, at: Path): Problem[] {
  const way = posix.normalize(slashed(path));
  const leaves = win32.isAbsolute(written) || way === ".." || way.startsWith("../");
  const message = `"${written}" leaves the folder of services.json`;
  return leaves ? [{ code: "FILE_OUTSIDE", path: at, message, fix: "name a folder or file below it" }] : [];
}

/** Windows takes both for the end of a folder's name. */
function slashed(path: string): string {
  return path.replaceAll("\\", "/");
}
