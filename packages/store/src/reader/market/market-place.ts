import { BadQuestionError } from '../read-errors.ts';
import { compareBytes } from '../stock-order.ts';
import type { MarketBuffer } from './market-buffer.ts';
import type { MarketPlace } from './market-chunk.ts';
import { compareWritten, isInBlock, priceIn } from './market-order.ts';

/** A tick's place in the order of arrival. */
export interface PlaceKey {
  /** µs. */
  readonly clock: number;
  readonly exchange: string;
  /** See `IN_BLOCK`. */
  readonly major: number;
  readonly stock: string;
  /** '': of a tick in a block, whose order doesn't depend on it. */
  readonly price: string;
  /** Which one it is of those for which all of this is the same, from 1. */
  readonly ordinal: number;
}

const VERSION = 1;

export function writePlace({ clock, exchange, major, stock, price, ordinal }: PlaceKey): MarketPlace {
  const text = JSON.stringify([VERSION, clock, exchange, major, stock, price, ordinal]);
  return Buffer.from(text).toString('base64url') as MarketPlace;
}

/** @throws BadQuestionError */
export function readPlace(place: MarketPlace): PlaceKey {
  const cells = parse(place);
  if (!Array.isArray(cells) || cells.length !== 7 || cells[0] !== VERSION) throw bad(place);
  const [, clock, exchange, major, stock, price, ordinal] = cells as unknown[];
  const isWhole = [clock, major, ordinal].every(Number.isSafeInteger);
  const isText = [exchange, stock, price].every((text) => typeof text === 'string');
  if (!isWhole || !isText || !/^(-?\d+(\.\d+)?)?$/.test(price as string)) throw bad(place);
  return { clock, exchange, major, stock, price, ordinal } as PlaceKey;
}

function parse(place: MarketPlace): unknown {
  try {
    return JSON.parse(Buffer.from(place, 'base64url').toString());
  } catch {
    return undefined;
  }
}

function bad(place: string): BadQuestionError {
  return new BadQuestionError('cursor', `cursor: ${JSON.stringify(place.slice(0, 100))} is none that an answer gave`);
}

/** Where a tick comes among others of its clock, but for which of the same ones it is. */
export function comparePlace(buffer: MarketBuffer, i: number, place: PlaceKey): number {
  const key = buffer.keys.all[buffer.keyOf[i] as number] as { stock: string; exchange: string };
  const major = buffer.majors[i] as number;
  return (
    (buffer.clocks[i] as number) - place.clock ||
    compareBytes(key.exchange, place.exchange) ||
    major - place.major ||
    compareBytes(key.stock, place.stock) ||
    (isInBlock(major) ? 0 : compareWritten(priceIn(buffer, i), place.price))
  );
}

/** The place of a tick in order, whose ordinal counts from the first one that is given. */
export function placeOf(buffer: MarketBuffer, order: Uint32Array, at: number): PlaceKey {
  const i = order[at] as number;
  const { stock, exchange } = buffer.keys.all[buffer.keyOf[i] as number] as { stock: string; exchange: string };
  const major = buffer.majors[i] as number;
  const price = isInBlock(major) ? '' : priceIn(buffer, i);
  const place = { clock: buffer.clocks[i] as number, exchange, major, stock, price, ordinal: 1 };
  let first = at;
  while (first > 0 && comparePlace(buffer, order[first - 1] as number, place) === 0) first--;
  return { ...place, ordinal: at - first + 1 };
}
