import type { Finding } from "../../tools/lib/errors.ts";
import type { ApiAnswer } from "./api/api.ts";
import { type ObjectKey, titleOf } from "./inventory.ts";

/** What has become of an object that was sent. `later`: the same may succeed in a moment. */
export type Outcome =
  | { readonly type: "applied" }
  | { readonly type: "later"; readonly findings: readonly Finding[] }
  | { readonly type: "immutable"; readonly message: string }
  | { readonly type: "refused"; readonly findings: readonly Finding[] };

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
interface Status {
  readonly message?: string;
  readonly reason?: string;
  readonly details?: { readonly causes?: readonly { readonly field?: string; readonly message?: string }[] };
}

/** What the API's answer to an apply means. Pure. */
export function outcomeOf(object: ObjectKey, answer: ApiAnswer): Outcome {
  if (answer.status < 300) return { type: "applied" };
  const { message = `the API answers ${answer.status}`, reason = "", details } = statusOf(answer);
  if (IMMUTABLE.test(message)) return { type: "immutable", message: withoutPrefix(message) };
  const known = REFUSALS.find(({ pattern }) => pattern.test(message));
  if (known) {
    const match = known.pattern.exec(message) ?? [];
    const about = known.isOfNamespace ? namespaceOf(object) : object;
    const finding = findingOf(
      about,
      known.code,
      known.say?.(match) ?? withoutPrefix(message),
      known.fix(match, object),
    );
    return { type: known.isPassing ? "later" : "refused", findings: [finding] };
  }
  const causes = reason === "Invalid" ? (details?.causes ?? []) : [];
  if (causes.length > 0) return { type: "refused", findings: causes.map((cause) => invalid(object, cause)) };
  const isBusy = [409, 429, 500, 503, 504].includes(answer.status);
  return {
    type: isBusy ? "later" : "refused",
    findings: [findingOf(object, "APPLY_REFUSED", withoutPrefix(message), "correct the service in services.json")],
  };
}

/** A finding for each thing that the API warns of, though it does what it is told. */
export function warningFindings(object: ObjectKey, warnings: readonly string[]): Finding[] {
  return warnings.map((message) => {
    const known = WARNINGS.find(({ pattern }) => pattern.test(message));
    const { code = "API_WARNING", fix = "look the field up: kubectl explain" } = known ?? {};
    return { code, severity: "warning", where: titleOf(object), message, fix };
  });
}

export function kindUnknown(object: ObjectKey): Finding {
  return findingOf(
    object,
    "APPLY_KIND_UNKNOWN",
    `the cluster knows no kind ${object.kind} in ${object.apiVersion}`,
    "install what brings this kind into the cluster (its CRD), then save again",
  );
}

function statusOf({ body }: ApiAnswer): Status {
  return typeof body === "object" && body !== null ? (body as Status) : { message: String(body).trim() };
}

function invalid(object: ObjectKey, { field = "", message = "" }: { field?: string; message?: string }): Finding {
  const said = field === "" ? message : `${field}: ${message}`;
  return findingOf(object, "APPLY_INVALID", said, "correct this field in services.json");
}

function findingOf(object: ObjectKey, code: string, message: string, fix: string): Finding {
  return { code, severity: "error", where: titleOf(object), message, fix };
}

function namespaceOf({ namespace }: ObjectKey): ObjectKey {
  return { apiVersion: "v1", kind: "Namespace", namespace: null, name: namespace ?? "default" };
}

/** `deployments.apps "web" is forbidden: …` says twice which object it is. */
function withoutPrefix(message: string): string {
  return message
    .replace(/^\S+(?: "\S+")? (?:is (?:forbidden|invalid)): /, "")
    .replace(/^\S+\.\S+ "[^"]+" was not valid:\s*/, "");
}

/** Also said of what we did not foresee. */
const IMMUTABLE =
  /is immutable|updates to statefulset spec for fields other than|cannot change roleRef|may not change once set|may not be changed in an update|updates to (?:provisioner|parameters|reclaimPolicy) are forbidden|pod updates may not change fields|may not be set to 'None' for/;

interface Refusal {
  readonly pattern: RegExp;
  readonly code: string;
  /** True for what may be over in a moment. */
  readonly isPassing?: boolean;
  /** True for what is wrong with everything in the namespace. */
  readonly isOfNamespace?: boolean;
  say?(match: readonly string[]): string;
  fix(match: readonly string[], object: ObjectKey): string;
}

const REFUSALS: readonly Refusal[] = [
  {
    pattern: /because it is being terminated/,
    code: "APPLY_NAMESPACE_TERMINATING",
    isPassing: true,
    isOfNamespace: true,
    say: () => "it is being deleted, and nothing can be made in it until it is gone",
    fix: (_, { namespace }) =>
      `wait until it is gone: kubectl get namespace ${namespace ?? ""} -o yaml says what holds it up`,
  },
  {
    pattern: /namespaces? "([^"]+)" not found/,
    code: "APPLY_NAMESPACE_MISSING",
    isPassing: true,
    isOfNamespace: true,
    say: () => "it does not exist",
    fix: () => "declare it under namespaces in services.json, or make it: kubectl create namespace",
  },
  {
    pattern: /exceeded quota: ([^,]+)(.*)/,
    code: "APPLY_QUOTA",
    fix: () => "lower requests in services.json, or raise the namespace's resourceQuota",
  },
  {
    pattern: /failed quota: ([^:]+): must specify (.+)/,
    code: "APPLY_QUOTA",
    fix: ([, , fields]) => `set ${fields} under resources in services.json: the namespace's resourceQuota counts them`,
  },
  {
    pattern: /violates PodSecurity "([^"]+)": (.*)/,
    code: "APPLY_POD_SECURITY",
    fix: () => "correct securityContext in services.json, or podSecurity of the namespace",
  },
  {
    pattern: /admission webhook "([^"]+)" denied the request:?\s*([^]*)/,
    code: "APPLY_WEBHOOK_DENIED",
    say: ([, name, why = ""]) => `the webhook ${name} refuses it: ${why.trim() || "it does not say why"}`,
    fix: ([, name]) =>
      `do what it asks for; what it watches over: kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations -o yaml | grep -B3 -A20 ${name}`,
  },
  {
    pattern: /failed calling webhook "([^"]+)": ([^]*)/,
    code: "APPLY_WEBHOOK_UNREACHABLE",
    isPassing: true,
    say: ([, name, why = ""]) =>
      `the webhook ${name} must agree and does not answer: ${why.split(": ").slice(-2).join(": ")}`,
    fix: ([, name]) => `start what serves ${name}, or delete its webhook configuration`,
  },
  {
    pattern: /ValidatingAdmissionPolicy '([^']+)'.* denied request: ([^]*)/,
    code: "APPLY_POLICY_DENIED",
    say: ([, name, why]) => `the policy ${name} refuses it: ${why}`,
    fix: ([, name]) => `do what it asks for: kubectl get validatingadmissionpolicy ${name} -o yaml`,
  },
  {
    pattern: /only dynamically provisioned pvc can be resized/,
    code: "APPLY_CLAIM_SIZE",
    say: () => "its storage class cannot make a volume larger",
    fix: (_, { name, namespace }) =>
      `write the old size back; or give the claim up with its data: kubectl -n ${namespace ?? ""} delete pvc ${name}`,
  },
  {
    pattern: /User "([^"]+)" cannot (\w+) resource "([^"]+)"/,
    code: "APPLY_FORBIDDEN",
    say: ([, user, verb, resource]) => `${user} may not ${verb} ${resource} here`,
    fix: () => "use a context whose user may change these objects",
  },
  {
    pattern: /^Unauthorized$/,
    code: "APPLY_UNAUTHORIZED",
    say: () => "the cluster does not know who asks",
    fix: () => "sign in to the cluster again, then start the loop again",
  },
  {
    pattern: /\.(\S+): field not declared in schema/,
    code: "APPLY_INVALID",
    say: ([, field]) => `${field}: there is no such field`,
    fix: () => "correct this field in services.json",
  },
  {
    pattern: /cannot unmarshal|expected \w+, got|failed to create typed patch object/,
    code: "APPLY_INVALID",
    fix: () => "correct this field in services.json",
  },
];

const WARNINGS: readonly { readonly pattern: RegExp; readonly code: string; readonly fix: string }[] = [
  {
    pattern: /would violate PodSecurity/,
    code: "APPLY_POD_SECURITY",
    fix: "correct securityContext in services.json before the namespace enforces this level",
  },
  { pattern: /deprecated|unavailable in v/, code: "APPLY_DEPRECATED", fix: "use what the warning names instead" },
];
