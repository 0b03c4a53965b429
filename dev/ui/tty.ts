import { emitKeypressEvents } from "node:readline";
import { ENTER, LEAVE } from "./frame.ts";
import type { Size } from "./view-state.ts";

/** A terminal with a keyboard that the screen has to itself. However the process ends, the terminal is then as it was. */
export interface Tty {
  write(text: string): void;
  size(): Size;
  /** Keys as `pressed` names them; what is pasted is none. */
  onKey(listener: (key: string) => void): void;
  /** What is shown is lost, or has another size now. */
  onLost(listener: () => void): void;
  /** Takes the terminal. */
  enter(): void;
  /** Gives it back. */
  leave(): void;
  /** Gives it back until something else is done with it. */
  readonly aside: <Result>(act: () => Promise<Result>) => Promise<Result>;
  /** Back to the shell, until it is brought to the foreground again. */
  suspend(): void;
  /** As Ctrl-C does where keys are not taken. */
  interrupt(): void;
}

export function openTty(process: NodeJS.Process): Tty {
  const { stdin, stdout } = process;
  const mode = terminalMode(process);
  let lost: () => void = () => undefined;
  const suspend = suspension(process, mode, () => lost());
  process.on("exit", mode.leave);
  stdout.on("resize", () => lost());
  // The terminal is gone: SIGHUP says so too, and ends the session.
  stdin.on("error", () => undefined);
  return {
    write: (text) => void (mode.isEntered() && stdout.write(text)),
    size: () => ({ columns: stdout.columns, rows: stdout.rows }),
    // What is typed elsewhere on the same terminal is meant for somebody else.
    onKey: (listener) => readKeys(stdin, (key) => mode.isEntered() && listener(key)),
    onLost: (listener) => void (lost = listener),
    enter: mode.enter,
    leave: mode.leave,
    async aside(act) {
      mode.leave();
      try {
        return await act();
      } finally {
        mode.enter();
        lost();
      }
    },
    suspend,
    // Not with `kill`, which on Windows ends the process at once.
    interrupt: () => void process.emit("SIGINT"),
  };
}

interface Mode {
  readonly isEntered: () => boolean;
  readonly enter: () => void;
  readonly leave: () => void;
}

function terminalMode({ stdin, stdout }: NodeJS.Process): Mode {
  let isEntered = false;
  return {
    isEntered: () => isEntered,
    enter() {
      // A mode that is set already would not be set again; but whoever has stopped the process may have changed it.
      if (isEntered) stdin.setRawMode(false);
      isEntered = true;
      stdin.setRawMode(true);
      stdin.resume();
      stdout.write(ENTER);
    },
    leave() {
      if (!isEntered) return;
      isEntered = false;
      stdout.write(LEAVE);
      stdin.setRawMode(false);
      stdin.pause();
    },
  };
}

// What is stopped stops a moment after it was told to.
const STOP_MS = 50;

/** Ctrl-Z, and the same signal from elsewhere. Windows has neither. */
function suspension(process: NodeJS.Process, { isEntered, enter, leave }: Mode, lost: () => void): () => void {
  if (process.platform === "win32") return () => undefined;
  const again = (): void => {
    enter();
    lost();
  };
  const suspend = (): void => {
    if (!isEntered()) return;
    leave();
    process.off("SIGTSTP", suspend);
    // All that the shell has started with it, as the terminal itself would have it: npm waits for us, the shell for npm.
    process.kill(0, "SIGTSTP");
    setTimeout(() => {
      process.on("SIGTSTP", suspend);
      again();
    }, STOP_MS);
  };
  process.on("SIGTSTP", suspend);
  // SIGSTOP cannot be heard.
  process.on("SIGCONT", () => isEntered() && again());
  return suspend;
}

interface Key {
  readonly name?: string;
  readonly ctrl?: boolean;
}

function readKeys(stdin: NodeJS.ReadStream, listener: (key: string) => unknown): void {
  let isPasted = false;
  emitKeypressEvents(stdin);
  stdin.on("keypress", (text: string | undefined, { name = "", ctrl = false }: Key) => {
    if (name === "paste-start" || name === "paste-end") isPasted = name === "paste-start";
    else if (!isPasted) listener(ctrl ? `ctrl-${name}` : keyName(text, name));
  });
}

/** `R` and `?` as they were typed, everything that is not one character by its name. */
function keyName(text: string | undefined, name: string): string {
  if (text !== undefined && /^[!-~]$/.test(text)) return text;
  return name === "return" ? "enter" : name;
}
