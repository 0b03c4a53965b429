// What two services of one registry may not share.

/** No two routes may be the same: each service has paths of its own. */
export function routed(services: Record<string, Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(services).map(([owner, one]) => [
      owner,
      {
        ...one,
        ...(one["names"] !== undefined && { names: ownNames(owner, one["names"] as Record<string, string>) }),
        ...(one["routes"] !== undefined && {
          routes: prefixed(owner, one["routes"] as Record<string, { path: string }>),
        }),
      },
    ]),
  );
}

/** Neither may two objects of one kind have one name. */
function ownNames(owner: string, names: Record<string, string>): object {
  return Object.fromEntries(Object.entries(names).map(([kind, name]) => [kind, `${owner}-${name}`]));
}

function prefixed(owner: string, routes: Record<string, { path: string }>): object {
  return Object.fromEntries(
    Object.entries(routes).map(([route, value]) => [
      route,
      { ...value, path: `/${owner}${value.path}`.replace(/\/$/, "") },
    ]),
  );
}
