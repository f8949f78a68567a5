import { type EpochMicros, formatMicros } from '@tickwatch/core';
import { BadQuestionError } from '../read-errors.ts';
import { compareBytes } from '../stock-order.ts';
import type { MarketBuffer } from './market-buffer.ts';
import { kindOfDay, type MarketDay } from './market-days.ts';
import { firstFrom, isInBlock } from './market-order.ts';
import { comparePlace, type PlaceKey } from './market-place.ts';

/**
 * Leaves out what an earlier answer gave. Where its day was sealed since, or taken out of its blocks, places within a time stamp
 * are others, and are counted: sealing keeps their order.
 */
export class BehindPlace {
  readonly #place: PlaceKey;
  readonly #isCounted: boolean;
  /** Of the same ticks, or of a time stamp's on the place's exchange, so many were given. */
  #left: number;

  /** @throws BadQuestionError what was given can't be told any more */
  constructor(place: PlaceKey, days: readonly MarketDay[]) {
    const { clock, waitingFrom } = place;
    const kind = kindOfDay(days, clock);
    const isKnown = [clock, waitingFrom ?? clock].every((moment) => kindOfDay(days, moment) === 'arrival');
    if (waitingFrom !== undefined && !isKnown) throw changed(waitingFrom);
    this.#place = place;
    // What lies beside blocks may have been packed into them.
    this.#isCounted = kind !== place.kind || (kind === 'sealed' && !isInBlock(place.major));
    this.#left = this.#isCounted ? place.nth : place.ordinal;
  }

  get clock(): number {
    return this.#place.clock;
  }

  /** Where in the order what is behind the place begins. */
  firstOf(buffer: MarketBuffer, order: Uint32Array, until: number): number {
    let at = firstFrom(buffer, order, this.clock);
    while (at < until && this.#wasGiven(buffer, order[at] as number)) at++;
    return at;
  }

  #wasGiven(buffer: MarketBuffer, i: number): boolean {
    if (!this.#isCounted) {
      const compared = comparePlace(buffer, i, this.#place);
      return compared < 0 || (compared === 0 && this.#left-- > 0);
    }
    const { keys, keyOf, times, clocks } = buffer;
    const { clock, exchange } = this.#place;
    const compared =
      (clocks[i] as number) - clock || compareBytes(keys.all[keyOf[i] as number]?.exchange ?? '', exchange);
    return compared < 0 || (compared === 0 && ((times[i] as number) < clock || this.#left-- > 0));
  }
}

function changed(waitingFrom: number): BadQuestionError {
  const from = formatMicros(waitingFrom as EpochMicros);
  return new BadQuestionError(
    'cursor',
    `cursor: the day was sealed, or taken out of its blocks, since it was given out, and which of the ticks that came late were given then is not known any more: begin again at ${from}, without a cursor; what was given from there on comes again`,
  );
}
