/** What a list holds. The API writes an empty one as null where it answers with metadata only. */
export function itemsOf<Item>(list: unknown): readonly Item[] {
  return (list as { readonly items?: readonly Item[] | null } | null)?.items ?? [];
}
