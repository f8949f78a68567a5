import { type EpochMicros, formatMicros } from '@tickwatch/core';

/** Beyond it (the year 2255) a double doesn't hold every microsecond; no tick is there. */
const LAST_MICROS = Number.MAX_SAFE_INTEGER;

/** Values of one statement: `add` takes a value and gives the placeholder that stands for it in the text. */
export class Parameters {
  readonly values: unknown[] = [];
  readonly #texts = new Map<string, string>();

  add(value: unknown, type: string): string {
    // Arrays are equal by chance, and the text, which is prepared, must not depend on that.
    if (typeof value === 'string' && !type.endsWith('[]')) return this.#addText(value, type);
    this.values.push(value);
    return `$${this.values.length}::${type}`;
  }

  /** Most values stand in a statement several times: each costs the server its share of a short one. */
  #addText(value: string, type: string): string {
    const key = `${type} ${value}`;
    const known = this.#texts.get(key);
    if (known !== undefined) return known;
    this.values.push(value);
    const placeholder = `$${this.values.length}::${type}`;
    this.#texts.set(key, placeholder);
    return placeholder;
  }

  /** A moment in µs, which may be infinite. No tick is older than 1970. */
  time(micros: number): string {
    return this.add(timeText(micros), 'timestamptz');
  }
}

/** A moment as PostgreSQL reads it. */
export function timeText(micros: number): string {
  if (micros < 0) return '-infinity';
  return micros > LAST_MICROS ? 'infinity' : formatMicros(micros as EpochMicros);
}
