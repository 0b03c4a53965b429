// Folders of every overlay, which no service may be called.
const RESERVED = ["namespaces", "cluster"];
const LABEL = 63;

/** The nearest DNS-1035 label: `My_App.web` → `my-app-web`. */
export function labelOf(text: string): string {
  const plain = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  const started = /^[a-z]/.test(plain) ? plain : `x-${plain}`;
  return started.slice(0, LABEL).replace(/-+$/, "");
}

/** A label for each name, none of them twice, in the order of the names. */
export function labelsOf(names: Iterable<string>, longest = LABEL): ReadonlyMap<string, string> {
  const all = [...names];
  const labels = new Map<string, string>();
  // Those that are labels already keep their name, whatever others become.
  const isKept = (name: string): boolean =>
    labelOf(name) === name && !RESERVED.includes(name) && name.length <= longest;
  const taken = new Set(all.filter(isKept));
  for (const name of all) {
    const label = isKept(name) ? name : free(labelOf(name), taken, longest);
    taken.add(label);
    labels.set(name, label);
  }
  return labels;
}

function free(wanted: string, taken: ReadonlySet<string>, longest: number): string {
  const cut = (text: string, suffix: string): string =>
    `${text.slice(0, longest - suffix.length).replace(/-+$/, "")}${suffix}`;
  const first = cut(wanted, "");
  if (!taken.has(first) && !RESERVED.includes(first)) return first;
  for (let n = 2; ; n++) if (!taken.has(cut(wanted, `-${n}`))) return cut(wanted, `-${n}`);
}
