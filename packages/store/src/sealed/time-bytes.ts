import { type EpochMicros, formatMicros, MICROS_PER_DAY, MICROS_PER_SECOND } from '@tickwatch/core';

/** `2026-06-01T10:00:00.123456Z`. */
export const TIME_BYTES = 27;

/** Four letters as a number that `setInt32` writes. */
function word(text: string): number {
  return Buffer.from(text, 'latin1').readInt32BE(0);
}

function words(length: number, textOf: (value: number) => string): Int32Array {
  return Int32Array.from({ length }, (_none, value) => word(textOf(value)));
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');
const hourOf = (minute: number): string => twoDigits(Math.floor(minute / 60));

/** By minute of the day: the first digit of its hour behind three bytes that are free, and `0:00`. */
const HOUR_TENS = words(1440, (minute) => `\0\0\0${hourOf(minute).slice(0, 1)}`);
const HOUR_AND_MINUTE = words(1440, (minute) => `${hourOf(minute).slice(1)}:${twoDigits(minute % 60)}`);
const SECONDS = words(60, (second) => `:${twoDigits(second)}.`);
const THREE_DIGITS = words(1000, (value) => `${String(value).padStart(3, '0')}Z`);

/** Writes times as bytes, four at once: the date is worked out once a day, the rest is looked up. */
export class TimeBytes {
  #midnight = Number.NaN;
  #year = 0;
  #month = 0;
  /** Of the day `01T` and a byte that is free. */
  #day = 0;

  /** @returns the place behind the {@link TIME_BYTES} */
  write(bytes: DataView, at: number, time: number): number {
    let micros = time - this.#midnight;
    if (!(micros >= 0 && micros < MICROS_PER_DAY)) micros = time - this.#begin(time);
    const seconds = (micros / MICROS_PER_SECOND) | 0;
    const minutes = (seconds / 60) | 0;
    const fraction = (micros - seconds * MICROS_PER_SECOND) | 0;
    const upper = (fraction / 1000) | 0;
    bytes.setInt32(at, this.#year);
    bytes.setInt32(at + 4, this.#month);
    bytes.setInt32(at + 8, this.#day | (HOUR_TENS[minutes] as number));
    bytes.setInt32(at + 12, HOUR_AND_MINUTE[minutes] as number);
    bytes.setInt32(at + 16, SECONDS[seconds - minutes * 60] as number);
    // The Z behind the first three digits is written over.
    bytes.setInt32(at + 20, THREE_DIGITS[upper] as number);
    bytes.setInt32(at + 23, THREE_DIGITS[fraction - upper * 1000] as number);
    return at + TIME_BYTES;
  }

  #begin(time: number): number {
    const date = formatMicros(time as EpochMicros);
    this.#year = word(date.slice(0, 4));
    this.#month = word(date.slice(4, 8));
    this.#day = word(`${date.slice(8, 11)}\0`);
    this.#midnight = Math.floor(time / MICROS_PER_DAY) * MICROS_PER_DAY;
    return this.#midnight;
  }
}
