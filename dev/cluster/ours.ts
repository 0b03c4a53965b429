import { platformLabels } from "../../tools/render/metadata.ts";

interface Labelled {
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
}

/** Whether an object carries our labels; what is vendored carries none. */
export function isOurs({ metadata }: Labelled, platform: string): boolean {
  return Object.entries(platformLabels(platform)).every(([label, value]) => metadata.labels?.[label] === value);
}

export function platformSelector(platform: string): string {
  return Object.entries(platformLabels(platform))
    .map(([label, value]) => `${label}=${value}`)
    .join(",");
}
