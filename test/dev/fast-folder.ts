import { existsSync } from "node:fs";
import { tmpdir } from "node:os";

/** Where many small files are written quickly: memory where there is such a folder. */
export const FAST = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
