import { BLOCK_BYTES } from "../images/archive.ts";

/**
 * What runs in a node as long as the session: it takes one command after the other from its input, feeds it what comes
 * after it, and says how it ended. A frame is three things:
 * - `ID BLOCKS WORDS…\n`, the command; words hold no blank,
 * - `WORDS…\n`, what is run when it fails, or nothing: here, so that it is done also when this process is killed,
 * - BLOCKS times 4096 bytes for its input.
 * For any POSIX shell with `dd`: a `head -c` that reads ahead, as BusyBox's does, would take what belongs to the next frame.
 * The end of the input is the end of the program.
 */
export const NODE_SCRIPT = [
  "set -f",
  "while read -r id blocks words && read -r otherwise; do",
  '  if [ "$blocks" = 0 ]; then $words </dev/null 2>&1; code=$?',
  `  else dd bs=${BLOCK_BYTES} count="$blocks" iflag=fullblock 2>/dev/null |`,
  // Who fails early leaves the rest of its input to whoever comes next.
  '    { $words 2>&1; code=$?; cat >/dev/null; exit "$code"; }; code=$?; fi',
  '  [ "$code" = 0 ] || [ -z "$otherwise" ] || $otherwise </dev/null >/dev/null 2>&1',
  '  printf "\\n@@%s %s\\n" "$id" "$code"',
  "done",
].join("\n");

/** The command that runs it. Its name says whose it is, to whoever looks at a node's processes. */
export const NODE_COMMAND: readonly string[] = ["sh", "-c", NODE_SCRIPT, `slipway-${process.pid}`];
