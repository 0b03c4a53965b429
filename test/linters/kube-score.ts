import { type Linter, missingPrograms, parseOutput, runLinter } from "./linter.ts";
import { FILE } from "./rendered.ts";

interface Scored {
  readonly type_meta: { readonly kind: string };
  readonly object_meta: { readonly name: string; readonly namespace?: string };
  readonly checks: readonly {
    readonly check: { readonly id: string };
    /** 10 is all well; 7 is almost. */
    readonly grade: number;
    readonly skipped: boolean;
    readonly comments: readonly { readonly path: string; readonly summary: string }[] | null;
  }[];
}

const ALL_WELL = 10;

/** https://github.com/zegl/kube-score/blob/master/README_CHECKS.md: all checks, also those off by default. */
export const kubeScore: Linter = {
  name: "kube-score",
  missing: () => missingPrograms("kube-score"),
  async lint({ folder, objects }) {
    // Told nothing, it takes the cluster for Kubernetes 1.18.
    const flags = ["--all-default-optional", "--disable-ignore-checks-annotations", "--kubernetes-version", "v1.32"];
    const scored = parseOutput<Scored[]>(
      await runLinter("kube-score", ["score", FILE, ...flags, "-o", "json"], folder),
    );
    if (!scored.some(({ checks }) => checks.length > 0)) throw new Error(`nothing of ${objects.length} objects scored`);
    return scored.flatMap(({ type_meta, object_meta, checks }) =>
      checks
        .filter(({ skipped, grade }) => !skipped && grade < ALL_WELL)
        .map(({ check, comments }) => ({
          tool: "kube-score",
          id: check.id,
          object: `${type_meta.kind}/${object_meta.name}`,
          namespace: object_meta.namespace ?? null,
          message: (comments ?? []).map(({ path, summary }) => `${path} ${summary}`.trim()).join("; "),
        })),
    );
  },
};
