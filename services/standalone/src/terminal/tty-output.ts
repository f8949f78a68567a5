import { constants, openSync, writeSync } from 'node:fs';

const MAX_WAITING_BYTES = 65_536;
const RETRY_MS = 100;
const STDOUT = 1;

/** Writes text at once. */
export type WriteText = (text: string) => void;

/**
 * Writes to the terminal of stdout and never waits for it: with Ctrl-S, or in a window that is frozen, a plain write would
 * hold up the whole process, ticks and all. Text waits, within bounds, until the terminal takes it.
 */
export function openTtyOutput(): WriteText {
  const fd = reopen(STDOUT);
  let waiting = Buffer.alloc(0);
  let timer: NodeJS.Timeout | undefined;
  const push = (): void => {
    timer = undefined;
    try {
      while (waiting.length > 0) waiting = waiting.subarray(writeSync(fd, waiting));
    } catch (error) {
      // Anything but "not now" means that the terminal is gone.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') waiting = Buffer.alloc(0);
      else timer = setTimeout(push, RETRY_MS).unref();
    }
  };
  return (text) => {
    const bytes = Buffer.from(text);
    if (waiting.length + bytes.length <= MAX_WAITING_BYTES) waiting = Buffer.concat([waiting, bytes]);
    if (timer === undefined) push();
  };
}

/** The same terminal, opened anew so that it does not wait; the others who have it open are not touched. */
function reopen(fd: number): number {
  try {
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NOCTTY | constants.O_NONBLOCK);
  } catch {
    // No /proc, or the terminal belongs to another user (su).
    return fd;
  }
}
