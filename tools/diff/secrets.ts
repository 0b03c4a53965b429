import type { SecretModel } from "../model/secret.ts";

/** What changes about a Secret that pods of an environment need; its values are never known here. */
export interface SecretChange {
  readonly type: "added" | "removed" | "changed";
  readonly namespace: string;
  readonly name: string;
  /** Keys that it must have from now on. */
  readonly added: readonly string[];
  /** Keys that nothing asks for any more. */
  readonly removed: readonly string[];
  /** Whether `npm run secrets` makes it. */
  readonly isGenerated: boolean;
}

export function secretChanges(before: readonly SecretModel[], after: readonly SecretModel[]): SecretChange[] {
  const [old, wanted] = [before, after].map((secrets) => new Map(secrets.map((one) => [idOf(one), one])));
  return [...new Set([...(old?.keys() ?? []), ...(wanted?.keys() ?? [])])].flatMap((id) =>
    secretChange(old?.get(id), wanted?.get(id)),
  );
}

function secretChange(before: SecretModel | undefined, after: SecretModel | undefined): SecretChange[] {
  const shown = after ?? before;
  if (!shown) return [];
  const [old, wanted] = [before, after].map((secret) => Object.keys(secret?.keys ?? {}));
  const added = (wanted ?? []).filter((key) => !old?.includes(key));
  const removed = (old ?? []).filter((key) => !wanted?.includes(key));
  if (before && after && added.length + removed.length === 0) return [];
  const type = !before ? "added" : !after ? "removed" : "changed";
  const { namespace, name, from } = shown;
  return [{ type, namespace, name, added, removed, isGenerated: from === "generated" }];
}

function idOf({ namespace, name }: SecretModel): string {
  return `${namespace}/${name}`;
}
