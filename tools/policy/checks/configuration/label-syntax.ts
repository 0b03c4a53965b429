import type { Check } from "../../check.ts";
import { objectsAt, textMapAt } from "../../fields.ts";

const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const PREFIX = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
export const labelSyntax: Check = {
  code: "LABEL_SYNTAX",
  severity: "error",
  title: "labels are written as the API takes them",
  tags: ["kube-score/label-values"],
  run: ({ placed }) =>
    placed.flatMap((object) => {
      const labels = {
        ...textMapAt(object.object, "metadata", "labels"),
        ...textMapAt(object.object, "spec", "template", "metadata", "labels"),
        ...Object.fromEntries(
          objectsAt(object.object, "spec", "volumeClaimTemplates").flatMap((one) =>
            Object.entries(textMapAt(one, "metadata", "labels")),
          ),
        ),
      };
      return Object.entries(labels)
        .filter(([key, value]) => !isKey(key) || !(value === "" || NAME.test(value)))
        .map(([key, value]) => ({
          object,
          message: `the API refuses the label ${key}=${value}`,
          fix: "at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit",
        }));
    }),
};

function isKey(key: string): boolean {
  const parts = key.split("/");
  const [prefix = "", name = ""] = parts.length === 1 ? ["x", key] : parts;
  return parts.length <= 2 && PREFIX.test(prefix) && NAME.test(name);
}
