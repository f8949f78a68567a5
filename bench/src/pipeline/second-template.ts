/** Stands in a template's text for the ten digits of the second. */
export const SECOND = '@@@@@@@@@@';

/**
 * One second's worth of a load, written once: sending it costs setting the digits of the second, about a tenth of
 * writing a tick, so that a publisher takes no core from what is measured. After its end it begins again.
 */
export class SecondTemplate {
  readonly #bytes: Buffer;
  /** Where each item begins, and the end. */
  readonly #starts: Uint32Array;
  /** Where the digits of each second are, and which of them is an item's first. */
  readonly #marks: Uint32Array;
  readonly #firstMark: Uint32Array;

  /** @param items texts of one byte a character that hold {@link SECOND} once for each tick */
  constructor(items: readonly string[]) {
    this.#bytes = Buffer.from(items.join(''), 'latin1');
    this.#starts = new Uint32Array(items.length + 1);
    this.#firstMark = new Uint32Array(items.length + 1);
    const marks: number[] = [];
    let start = 0;
    items.forEach((item, i) => {
      for (let at = item.indexOf(SECOND); at >= 0; at = item.indexOf(SECOND, at + SECOND.length))
        marks.push(start + at);
      start += item.length;
      this.#starts[i + 1] = start;
      this.#firstMark[i + 1] = marks.length;
    });
    this.#marks = Uint32Array.from(marks);
  }

  get length(): number {
    return this.#starts.length - 1;
  }

  /** Items `from` to `to` (behind the last) of a second. The bytes are the template's own: sent before they come again. */
  slice(from: number, to: number, second: number): Buffer {
    const digits = Buffer.from(String(second), 'latin1');
    const last = this.#firstMark[to] as number;
    for (let mark = this.#firstMark[from] as number; mark < last; mark++) {
      this.#bytes.set(digits, this.#marks[mark] as number);
    }
    return this.#bytes.subarray(this.#starts[from], this.#starts[to]);
  }
}
