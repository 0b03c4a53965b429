/** What becomes of one key of the Compose Specification. */
export interface Key {
  /** Field of the registry that takes it over; null where none does. */
  readonly to: string | null;
  /** Why nothing takes it over, and what a person does about it. */
  readonly told: { readonly why: string; readonly fix: string } | null;
  /** Keys below it that have an entry of their own; those that have none share its fate. */
  readonly keys: Keys | null;
}

/** By name; `*` stands for every item of a list and for every name that a user gives. */
export type Keys = { readonly [name: string]: Key };

export function to(field: string, keys: Keys | null = null): Key {
  return { to: field, told: null, keys };
}

export function tell(why: string, fix: string, keys: Keys | null = null): Key {
  return { to: null, told: { why, fix }, keys };
}

/** A list, or a mapping by names of the user's own. */
export function each(keys: Keys): Keys {
  return { "*": { to: null, told: null, keys } };
}
