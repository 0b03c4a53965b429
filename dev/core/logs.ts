/** What services print. */
export interface Logs {
  /**
   * Tells the last lines of the newest pods of a service and then whatever they print, also of pods that come later,
   * until the signal is aborted. Of a container that has crashed the last lines of its former run come first. Never rejects.
   */
  follow(service: string, onLine: (line: PodLine) => void, signal: AbortSignal): Promise<void>;
}

export interface PodLine {
  readonly pod: string;
  readonly container: string;
  /** As it was printed, without the line's end. */
  readonly text: string;
  /** From a run of the container before the present one. */
  readonly isPrevious: boolean;
}
