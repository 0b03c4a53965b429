import type { Exec } from "../../tools/lib/exec.ts";
import type { Paint } from "../../tools/lib/style.ts";
import type { Selection } from "../sources/registry.ts";

/** One word after `npm run dev --`: one file, and one line in index.ts. */
export interface DevCommand {
  readonly name: string;
  /** What may follow the name: `<service>`, empty for nothing. */
  readonly usage: string;
  /** One line of the help. */
  readonly summary: string;
  /** Resolves with the exit code. Throws a `UserError` for whatever the user can mend. */
  run(invocation: Invocation): Promise<number>;
}

/** What the command line says, and where to say something. */
export interface Invocation extends Selection {
  readonly root: string;
  readonly exec: Exec;
  /** kubectl context; null is the current one. */
  readonly context: string | null;
  /** Value of DOCKER_HOST. */
  readonly dockerHost: string | undefined;
  /** What follows the command's name. */
  readonly words: readonly string[];
  readonly withVolumes: boolean;
  readonly isJson: boolean;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly paint: Paint;
  readonly print: (text: string) => void;
}
