import { decodeText, isBlank } from './decode-tick.ts';
import type { EpochMicros } from './epoch-micros.ts';
import { type Decoded, reject } from './judge-tick.ts';
import type { TickRules } from './tick-rules.ts';
import { readUsualTick } from './usual-tick.ts';

/** Longest text of one tick, and longest message, in bytes. */
export const MAX_TICK_BYTES = 1024;
export const MAX_MESSAGE_BYTES = 64 * 1024;

/** Gets what a message says, in order; `start` and `end` bound the bytes of the message that say so. */
export type TakeDecoded = (item: Decoded, start: number, end: number) => void;

const LINE_FEED = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const OPEN_OBJECT = 0x7b;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads a message: one tick a line in any of the forms of {@link decodeText} (blank lines are skipped), or a JSON array of
 * objects, or one JSON object over several lines. Each part that is no tick is told with its reason, a message without any
 * part as `empty`; this function never throws but what `take` throws.
 * @param receivedAt when it was received
 * @param futureToleranceMicros how far ahead of `receivedAt` a tick's time may lie
 * @param rules of the exchange that it is of
 */
export function decodeMessage(
  payload: Uint8Array,
  receivedAt: EpochMicros,
  futureToleranceMicros: number,
  take: TakeDecoded,
  rules?: TickRules,
): void {
  const only = readUsualTick(payload, 0, payload.length, receivedAt, receivedAt + futureToleranceMicros);
  if (only !== undefined) take(only, 0, payload.length);
  else new MessageReader(payload, receivedAt, futureToleranceMicros, take, rules).read();
}

function tooLong(bytes: number): Decoded {
  return reject('too_long', `the tick has ${bytes} bytes; the limit is ${MAX_TICK_BYTES}`);
}

class MessageReader {
  readonly #payload: Uint8Array;
  readonly #receivedAt: EpochMicros;
  readonly #tolerance: number;
  readonly #take: TakeDecoded;
  readonly #rules: TickRules | undefined;

  constructor(
    payload: Uint8Array,
    receivedAt: EpochMicros,
    tolerance: number,
    take: TakeDecoded,
    rules: TickRules | undefined,
  ) {
    this.#payload = payload;
    this.#receivedAt = receivedAt;
    this.#tolerance = tolerance;
    this.#take = take;
    this.#rules = rules;
  }

  read(): void {
    const { length } = this.#payload;
    const start = this.#skipBlanks(0, length);
    const end = this.#trimEnd(start, length);
    const first = this.#payload[start];
    if (length > MAX_MESSAGE_BYTES) {
      this.#take(reject('too_long', `the message has ${length} bytes; the limit is ${MAX_MESSAGE_BYTES}`), 0, length);
    } else if (start === end) this.#take(reject('empty', 'the message is empty'), 0, length);
    else if (first === OPEN_ARRAY) this.#array(start, end);
    else if (first === OPEN_OBJECT && this.#isOneObject(start, end)) this.#item(start, end);
    else this.#lines(0, length);
  }

  #lines(start: number, end: number): void {
    const latest = this.#receivedAt + this.#tolerance;
    for (let at = start; at < end; ) {
      const lineEnd = this.#lineEnd(at, end);
      const itemEnd = this.#trimEnd(at, lineEnd);
      const isTooLong = lineEnd - at > MAX_TICK_BYTES && itemEnd > at;
      const usual = isTooLong ? undefined : readUsualTick(this.#payload, at, itemEnd, this.#receivedAt, latest);
      if (usual !== undefined) this.#take(usual, at, itemEnd);
      else if (isTooLong) this.#take(tooLong(lineEnd - at), at, lineEnd);
      else this.#item(this.#skipBlanks(at, itemEnd), itemEnd);
      at = lineEnd + 1;
    }
  }

  /** One tick of any form; nothing where nothing is. */
  #item(start: number, end: number): void {
    const bytes = end - start;
    if (bytes === 0) return;
    let item: Decoded;
    if (bytes > MAX_TICK_BYTES) {
      item = tooLong(bytes);
    } else {
      const text = this.#text(start, end);
      item = text === undefined ? NOT_TEXT : decodeText(text, this.#receivedAt, this.#tolerance, this.#rules);
    }
    this.#take(item, start, end);
  }

  #array(start: number, end: number): void {
    const text = this.#text(start, end);
    if (text === undefined) this.#take(NOT_TEXT, start, end);
    else if (parsed(text) === undefined) {
      this.#take(reject('bad_form', 'the message starts with "[" but is not a JSON array'), start, end);
    } else if (this.#skipBlanks(start + 1, end) === end - 1) {
      this.#take(reject('empty', 'the array is empty'), start, end);
    } else this.#elements(start + 1, end - 1);
  }

  /** The elements between an array's brackets; it is known to be well-formed JSON. */
  #elements(start: number, end: number): void {
    const payload = this.#payload;
    let from = start;
    let depth = 0;
    for (let at = start; at <= end; at++) {
      const byte = payload[at] as number;
      if (byte === QUOTE) at = this.#stringEnd(at);
      // The bracket and the brace of either kind differ by 0x20 only.
      else if ((byte & 0xdf) === OPEN_ARRAY) depth++;
      else if (at < end && (byte & 0xdf) === 0x5d) depth--;
      else if (at === end || (byte === COMMA && depth === 0)) {
        this.#element(this.#skipBlanks(from, at), this.#trimEnd(from, at));
        from = at + 1;
      }
    }
  }

  #element(start: number, end: number): void {
    if (this.#payload[start] === OPEN_OBJECT) this.#item(start, end);
    else this.#take(reject('bad_form', 'an element of the array is no object'), start, end);
  }

  /** True for an object that is written over several lines, false where its lines are objects. */
  #isOneObject(start: number, end: number): boolean {
    const lineEnd = this.#lineEnd(start, end);
    if (lineEnd === end || parsed(this.#text(start, lineEnd)) !== undefined) return false;
    return parsed(this.#text(start, end)) !== undefined;
  }

  #lineEnd(start: number, end: number): number {
    const found = this.#payload.indexOf(LINE_FEED, start);
    return found < 0 || found > end ? end : found;
  }

  #stringEnd(start: number): number {
    let at = start + 1;
    while (this.#payload[at] !== QUOTE) at += this.#payload[at] === BACKSLASH ? 2 : 1;
    return at;
  }

  #skipBlanks(start: number, end: number): number {
    let at = start;
    while (at < end && isBlank(this.#payload[at] as number)) at++;
    return at;
  }

  #trimEnd(start: number, end: number): number {
    let at = end;
    while (at > start && isBlank(this.#payload[at - 1] as number)) at--;
    return at;
  }

  #text(start: number, end: number): string | undefined {
    try {
      return utf8.decode(this.#payload.subarray(start, end));
    } catch {
      return undefined;
    }
  }
}

const NOT_TEXT = reject('not_text', 'the message is not UTF-8 text');

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
