export { checkov } from "./checkov.ts";
export { gitleaks } from "./gitleaks.ts";
export { kubeScore } from "./kube-score.ts";
export { kubeconform } from "./kubeconform.ts";
export { kubectlValidate } from "./kubectl-validate.ts";
export { monokle } from "./monokle.ts";
