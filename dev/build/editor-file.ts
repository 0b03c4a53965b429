// What editors leave beside the file that is being edited: vim, Emacs, JetBrains.
const EDITOR_FILE = /^(\..*\.sw[a-p]|.*~|\.#.*|#.*#|4913|.*___jb_(tmp|old)___)$/;

/**
 * Whether a path is an editor's own. These are no part of any context, although Docker would send them: an open editor
 * would give the same sources another digest, and typing is no reason to build.
 */
export function isEditorFile(path: string): boolean {
  return EDITOR_FILE.test(path.slice(path.lastIndexOf("/") + 1));
}
