import { BadQuestionError } from '../read-errors.ts';
import { compareBytes } from '../stock-order.ts';
import type { MarketBuffer } from './market-buffer.ts';
import { type MarketPlace, marketPrice } from './market-chunk.ts';
import { type DayKind, kindOfDay } from './market-days.ts';
import { compareWritten, isInBlock } from './market-order.ts';
import type { MarketWindow } from './market-window.ts';

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
  /** That of the day of its clock. */
  readonly kind: DayKind;
  /** How many ticks whose own time is the clock have come on the exchange up to there. */
  readonly nth: number;
  /** The oldest tick that came late and behind the place, and whose own time lies before it; `undefined`: there is none. µs. */
  readonly waitingFrom: number | undefined;
}

const VERSION = 2;
const KINDS: readonly DayKind[] = ['arrival', 'unsealed', 'sealed'];

export function writePlace(place: PlaceKey): MarketPlace {
  const { clock, exchange, major, stock, price, ordinal, kind, nth, waitingFrom = null } = place;
  const cells = [VERSION, clock, exchange, major, stock, price, ordinal, KINDS.indexOf(kind), nth, waitingFrom];
  const text = JSON.stringify(cells);
  return Buffer.from(text).toString('base64url') as MarketPlace;
}

/** @throws BadQuestionError */
export function readPlace(place: MarketPlace): PlaceKey {
  const cells = parse(place);
  if (!Array.isArray(cells) || cells.length !== 10 || cells[0] !== VERSION) throw bad(place);
  const [, clock, exchange, major, stock, price, ordinal, number, nth, waiting] = cells as unknown[];
  const isWhole = [clock, major, ordinal, nth, waiting ?? 0].every(Number.isSafeInteger);
  const kind = KINDS[number as number];
  const isText = [exchange, stock, price].every((text) => typeof text === 'string');
  if (!isWhole || !isText || kind === undefined || !/^(-?\d+(\.\d+)?)?$/.test(price as string)) throw bad(place);
  const waitingFrom = waiting ?? undefined;
  return { clock, exchange, major, stock, price, ordinal, kind, nth, waitingFrom } as PlaceKey;
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
export function comparePlace(
  buffer: MarketBuffer,
  i: number,
  place: Pick<PlaceKey, 'clock' | 'exchange' | 'major' | 'stock' | 'price'>,
): number {
  const key = buffer.keys.all[buffer.keyOf[i] as number] as { stock: string; exchange: string };
  const major = buffer.majors[i] as number;
  return (
    (buffer.clocks[i] as number) - place.clock ||
    compareBytes(key.exchange, place.exchange) ||
    major - place.major ||
    compareBytes(key.stock, place.stock) ||
    (isInBlock(major) ? 0 : compareWritten(marketPrice(buffer, i), place.price))
  );
}

/** The place of a tick in the order of a window, which has to have all of the ticks before it that share its clock. */
export function placeOf({ buffer, order, days }: MarketWindow, at: number): PlaceKey {
  const { clocks, times, keys, keyOf, majors } = buffer;
  const i = order[at] as number;
  const { stock, exchange } = keys.all[keyOf[i] as number] as { stock: string; exchange: string };
  const clock = clocks[i] as number;
  const major = majors[i] as number;
  const price = isInBlock(major) ? '' : marketPrice(buffer, i);
  const place = { clock, exchange, major, stock, price };
  let first = at;
  while (first > 0 && comparePlace(buffer, order[first - 1] as number, place) === 0) first--;
  let nth = 0;
  for (let before = at; before >= 0; before--) {
    const other = order[before] as number;
    if (clocks[other] !== clock || keys.all[keyOf[other] as number]?.exchange !== exchange) break;
    if (times[other] === clock) nth++;
  }
  let waitingFrom = Number.POSITIVE_INFINITY;
  for (let behind = at + 1; behind < order.length; behind++) {
    const other = order[behind] as number;
    const time = times[other] as number;
    if (time <= clock && time < (clocks[other] as number)) waitingFrom = Math.min(waitingFrom, time);
  }
  return {
    ...place,
    ordinal: at - first + 1,
    kind: kindOfDay(days, clock),
    nth,
    waitingFrom: waitingFrom === Number.POSITIVE_INFINITY ? undefined : waitingFrom,
  };
}
