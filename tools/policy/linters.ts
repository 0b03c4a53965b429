/** Linters of others that judge the rendered overlays (`test/linters`). An exception answers one as `<linter>/<id>`. */
const LINTERS = ["checkov", "gitleaks", "kube-score", "kubeconform", "kubectl-validate", "monokle"];

/** `checkov/CKV_K8S_43`: whether such an exception is needed is for the linter to say, not for our checks. */
export function isOfLinter(check: string): boolean {
  const [linter = "", id = ""] = check.split("/");
  return LINTERS.includes(linter) && id !== "";
}
