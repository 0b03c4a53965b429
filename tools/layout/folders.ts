/** The folders that `layout` fills. Apart, so that whoever only looks at them need not load what fills them. */
export const OUTPUT_FOLDERS = ["k8s", "overlays"] as const;
