import { type Check, ofKind } from "../../check.ts";
import { annotationsOf, objectsAt, textAt } from "../../fields.ts";

const TARGET = "nginx.ingress.kubernetes.io/rewrite-target";

/** https://kubernetes.github.io/ingress-nginx/examples/rewrite/ */
export const ingressRewrite: Check = {
  code: "INGRESS_REWRITE",
  severity: "error",
  title: "a rewritten path keeps what stands behind the prefix",
  tags: [],
  run: (subject) =>
    ofKind(subject, "Ingress").flatMap((object) => {
      const target = annotationsOf(object.object)[TARGET];
      if (target === undefined) return [];
      const paths = objectsAt(object.object, "spec", "rules").flatMap((rule) => objectsAt(rule, "http", "paths"));
      const groups = [...target.matchAll(/\$(\d)/g)].map(([, group]) => Number(group));
      return paths
        .filter((path) => textAt(path, "pathType") !== "Exact")
        .map((path) => textAt(path, "path"))
        .filter((path) => groups.length === 0 || Math.max(...groups) > path.split("(").length - 1)
        .map((path) => ({
          object,
          message: `whatever is asked below ${path} becomes ${target}: the rest of the path is lost`,
          fix: 'use "stripPrefix": true, which writes the expression and its group',
        }));
    }),
};
