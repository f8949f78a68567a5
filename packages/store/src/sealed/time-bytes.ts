import { type EpochMicros, formatMicros, MICROS_PER_DAY, MICROS_PER_SECOND } from '@tickwatch/core';

/** `2026-06-01T10:00:00.123456Z`. */
export const TIME_BYTES = 27;
const DATE_BYTES = 11;
const COLON = 58;
const POINT = 46;
const ZERO = 48;
const LETTER_Z = 90;

/** Writes times as bytes: the date once a day, the rest by integer arithmetic. */
export class TimeBytes {
  #midnight = Number.NaN;
  readonly #date = Buffer.alloc(DATE_BYTES);

  /** @returns the place behind the {@link TIME_BYTES} */
  write(bytes: Buffer, at: number, time: number): number {
    let micros = time - this.#midnight;
    if (!(micros >= 0 && micros < MICROS_PER_DAY)) {
      this.#date.write(formatMicros(time as EpochMicros), 0, DATE_BYTES, 'latin1');
      this.#midnight = Math.floor(time / MICROS_PER_DAY) * MICROS_PER_DAY;
      micros = time - this.#midnight;
    }
    for (let i = 0; i < DATE_BYTES; i++) bytes[at + i] = this.#date[i] as number;
    const seconds = (micros / MICROS_PER_SECOND) | 0;
    const minutes = (seconds / 60) | 0;
    const hours = (minutes / 60) | 0;
    twoDigits(bytes, at + 11, hours);
    bytes[at + 13] = COLON;
    twoDigits(bytes, at + 14, minutes - hours * 60);
    bytes[at + 16] = COLON;
    twoDigits(bytes, at + 17, seconds - minutes * 60);
    bytes[at + 19] = POINT;
    const fraction = (micros - seconds * MICROS_PER_SECOND) | 0;
    const upper = (fraction / 10_000) | 0;
    const lower = fraction - upper * 10_000;
    const middle = (lower / 100) | 0;
    twoDigits(bytes, at + 20, upper);
    twoDigits(bytes, at + 22, middle);
    twoDigits(bytes, at + 24, lower - middle * 100);
    bytes[at + 26] = LETTER_Z;
    return at + TIME_BYTES;
  }
}

function twoDigits(bytes: Buffer, at: number, value: number): void {
  const tens = (value / 10) | 0;
  bytes[at] = ZERO + tens;
  bytes[at + 1] = ZERO + value - tens * 10;
}
