/** One thing that a person does around an apply, in order: a command, or what no command can do. */
export interface Step {
  readonly command: string | null;
  /** What the command does to what runs, or what is to be done by hand. */
  readonly comment: string | null;
}

export function run(command: string, comment: string | null = null): Step {
  return { command, comment };
}

export function byHand(comment: string): Step {
  return { command: null, comment };
}
