import { type Subject, type Violation, ofKind } from "./check.ts";
import { objectsAt, textAt, textsAt } from "./fields.ts";

/** One rule of a Role or ClusterRole. */
export interface RbacRule {
  readonly groups: readonly string[];
  /** Subresources with a slash: `pods/exec`. */
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** One violation per Role with a rule about which `find` has something to say. */
export function perRole(
  subject: Subject,
  find: (rule: RbacRule, kind: string) => string | null,
  fix: string,
): Violation[] {
  return ofKind(subject, "Role", "ClusterRole").flatMap((object) => {
    const messages = objectsAt(object.object, "rules").flatMap(
      (rule) =>
        find(
          {
            groups: textsAt(rule, "apiGroups"),
            resources: textsAt(rule, "resources"),
            verbs: textsAt(rule, "verbs"),
          },
          object.object.kind,
        ) ?? [],
    );
    return [...new Set(messages)].map((message) => ({ object, message, fix }));
  });
}

/** Whether a rule grants one of the verbs on one of the resources of a group; a wildcard is another check's. */
export function grants(
  { groups, resources, verbs }: RbacRule,
  group: string,
  wanted: readonly string[],
  does: readonly string[],
): string | null {
  if (!groups.includes(group)) return null;
  const resource = resources.find((one) => wanted.includes(one));
  const verb = verbs.find((one) => does.includes(one) || one === "*");
  return resource === undefined || verb === undefined ? null : `${verb} ${resource}`;
}

/** Whom a binding names: `Group/system:masters`, `ServiceAccount/default`. */
export function subjectsOf(binding: unknown): string[] {
  return objectsAt(binding, "subjects").map((one) => `${textAt(one, "kind")}/${textAt(one, "name")}`);
}
