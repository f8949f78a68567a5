import type { LaneName } from '@tickwatch/core';
import { describeError } from '../describe-error.ts';
import type { SpoolEntry } from '../durable-log.ts';

/** What there is too little of. */
export type Lack = 'limit' | 'disk';

/** It holds as much as it may. */
export class FullError extends Error {
  readonly code = 'LOG_FULL';
  override readonly name = 'FullError';

  constructor(maxBytes: number) {
    super(`the log is full: it may hold ${maxBytes} bytes`);
  }
}

const NO_SPACE = 'no space is left on the disk';

/**
 * Why a spool could not take entries: from the first failure on, until those are written, or need not be any more, and where
 * room was lacking, until there is clearly some again. Who is right at the limit would else fail and recover with each entry.
 */
export class Shortage {
  readonly #hasRoom: (lack: Lack) => Promise<boolean>;
  #problem: string | undefined;
  #lack: Lack | undefined;
  /** Of what is not written. */
  #places: ReadonlyMap<LaneName, number> = new Map();

  /** @param hasRoom whether there is clearly some */
  constructor(hasRoom: (lack: Lack) => Promise<boolean>) {
    this.#hasRoom = hasRoom;
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  get lack(): Lack | undefined {
    return this.#lack;
  }

  /** @returns the same for a person */
  failed(error: unknown, entries: readonly SpoolEntry[]): Error {
    const isFull = error instanceof FullError;
    const isDiskFull = /^(ENOSPC|EDQUOT)$/.test((error as NodeJS.ErrnoException).code ?? '');
    const problem = isFull
      ? error.message
      : `the log can't be written: ${isDiskFull ? NO_SPACE : describeError(error)}`;
    this.#problem = problem;
    this.#lack = isFull ? 'limit' : isDiskFull ? 'disk' : undefined;
    this.#places = new Map(entries.map(({ lane, position }) => [lane, Number(position)]));
    return new Error(problem, { cause: error });
  }

  async wrote(): Promise<void> {
    this.#places = new Map();
    await this.look(() => true);
  }

  /** @param isSettled whether what ends at a place need not be written any more */
  async look(isSettled: (lane: LaneName, place: number) => boolean): Promise<void> {
    const [places, lack] = [this.#places, this.#lack];
    if (this.#problem === undefined || ![...places].every((place) => isSettled(...place))) return;
    // There may be another failure meanwhile.
    if (lack !== undefined && (!(await this.#hasRoom(lack)) || places !== this.#places)) return;
    this.#problem = undefined;
    this.#lack = undefined;
  }
}
