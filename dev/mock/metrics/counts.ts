/** What is counted for one model. */
export interface Counts {
  running: number;
  /** By reason. */
  readonly finished: Map<string, number>;
  /** By the name of a counter. */
  readonly sums: Map<string, number>;
  /** By the name of a histogram: how often each value came. */
  readonly samples: Map<string, Map<number, number>>;
}
