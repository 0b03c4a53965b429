import type { Problem, ServiceRule } from "./rule.ts";

// By these kubectl, kustomize and Slipway itself know an object.
const IDENTITY = ["", "/apiVersion", "/kind", "/metadata", "/metadata/name", "/metadata/namespace"];

/** What operations need, and what no patch may touch. Whether they find something is known when the object is drawn. */
export const patches: ServiceRule = ({ service }) =>
  Object.entries(service.patches ?? {}).flatMap(([name, { operations }]) =>
    operations.flatMap(({ op, path, from, value }, i): Problem[] => {
      const at = ["patches", name, "operations", i];
      if (op !== "test" && IDENTITY.includes(path))
        return [
          {
            code: "PATCH_IDENTITY",
            path: [...at, "path"],
            message: `a patch may not change ${path === "" ? "the whole object" : path}`,
            fix: 'use the fields for it, such as "names", "namespace" and "kind"',
          },
        ];
      const missing =
        (op === "move" || op === "copy") && from === undefined
          ? "from"
          : (op === "add" || op === "replace" || op === "test") && value === undefined
            ? "value"
            : null;
      if (missing === null) return [];
      return [{ code: "PATCH_OPERATION", path: at, message: `"${op}" needs "${missing}"`, fix: `add "${missing}"` }];
    }),
  );
