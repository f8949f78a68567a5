import { type EpochMicros, MICROS_PER_SECOND, type Tick } from '@tickwatch/core';

const THREE_DIGITS: readonly string[] = Array.from({ length: 1000 }, (_, n) => n.toString().padStart(3, '0'));
const NEEDS_ESCAPE = /[\\\t\n\r\b\f\v]/;
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\b': '\\b',
  '\f': '\\f',
  '\v': '\\v',
};

/**
 * Writes ticks in the text format of `COPY stock_prices FROM STDIN`. An encoder keeps what recurs (the text of the
 * current second, escaped names), which makes it several times faster than formatting each tick.
 */
export class CopyTextEncoder {
  #second = Number.NaN;
  #secondText = '';
  readonly #names = new Map<string, string>();

  /** The rows of `ticks[from]` to before `ticks[to]`. */
  encode(ticks: readonly Tick[], from: number, to: number): Buffer {
    let text = '';
    for (let i = from; i < to; i++) {
      const tick = ticks[i] as Tick;
      text += `${this.#time(tick.time)}${this.#name(tick.stock)}${this.#name(tick.exchange)}${tick.price}\n`;
    }
    return Buffer.from(text, 'utf8');
  }

  #time(time: EpochMicros): string {
    const second = Math.floor(time / MICROS_PER_SECOND);
    if (second !== this.#second) {
      this.#second = second;
      this.#secondText = `${new Date(second * 1000).toISOString().slice(0, 19)}.`;
    }
    const micros = time - second * MICROS_PER_SECOND;
    const millis = Math.floor(micros / 1000);
    return `${this.#secondText}${THREE_DIGITS[millis]}${THREE_DIGITS[micros - millis * 1000]}Z\t`;
  }

  #name(name: string): string {
    let text = this.#names.get(name);
    if (text === undefined) {
      // Bounded, because names come from outside.
      if (this.#names.size > 100_000) this.#names.clear();
      text = `${escapeCopyText(name)}\t`;
      this.#names.set(name, text);
    }
    return text;
  }
}

export function escapeCopyText(text: string): string {
  return NEEDS_ESCAPE.test(text) ? text.replace(/[\\\t\n\r\b\f\v]/g, (char) => ESCAPES[char] ?? char) : text;
}
