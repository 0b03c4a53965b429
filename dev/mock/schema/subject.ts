/** What the value should speak of. */
export interface Subject {
  /** What was asked: texts and numbers are taken from it where they fit. */
  readonly question: string;
  /** What a property called `answer`, `text` or so says. */
  readonly answer: string;
}
