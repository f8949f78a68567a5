import type { DecimalText, EpochMicros, SequencedTick, StockMemory } from '@tickwatch/core';
import { priceNumber } from '@tickwatch/core';
import type { AlertChange } from './lane-judge.ts';
import type { Price, Watch } from './watch.ts';

/**
 * What is watched of a stock. The way of a usual tick is short: within the band nothing can change.
 */
export class StockJudge {
  readonly name: string;
  watches: readonly Watch[] = [];
  #low = Number.POSITIVE_INFINITY;
  #high = Number.NEGATIVE_INFINITY;
  /** The newest tick's time, capped at its time of arrival. */
  #newest: number = Number.NEGATIVE_INFINITY;
  #text: DecimalText | undefined;
  #number = Number.NaN;

  constructor(name: string, memory: StockMemory | undefined) {
    this.name = name;
    if (memory !== undefined) this.#remember(memory);
  }

  take(tick: SequencedTick, receivedAt: EpochMicros, changes: AlertChange[]): void {
    const { time } = tick;
    // Late: that moment is past.
    if (time < this.#newest) return;
    const number = priceNumber(tick.price);
    if (number <= this.#low || number >= this.#high) this.#look(tick, number, receivedAt, changes);
    this.#text = tick.price;
    this.#number = number;
    const moment = time < receivedAt ? time : receivedAt;
    if (moment > this.#newest) this.#newest = moment;
  }

  /** The next tick is looked at by everybody. */
  add(watches: readonly Watch[]): void {
    this.watches = [...this.watches, ...watches];
    this.#low = Number.POSITIVE_INFINITY;
  }

  remove(ruleId: string): void {
    this.watches = this.watches.filter(({ watched }) => watched.rule.id !== ruleId);
  }

  /** Takes over what another one, that has seen the same ticks, watches. */
  join(other: StockJudge): void {
    if (this.#text === undefined) {
      this.#text = other.#text;
      this.#number = other.#number;
      this.#newest = other.#newest;
    }
    this.add(other.watches);
  }

  #look(tick: SequencedTick, number: number, receivedAt: EpochMicros, changes: AlertChange[]): void {
    const price: Price = { text: tick.price, number };
    const before = this.#text === undefined ? undefined : { text: this.#text, number: this.#number };
    const look = { tick, price, receivedAt, before, changes };
    let low = Number.NEGATIVE_INFINITY;
    let high = Number.POSITIVE_INFINITY;
    for (const watch of this.watches) {
      if (number <= watch.low || number >= watch.high) watch.look(look);
      if (watch.low > low) low = watch.low;
      if (watch.high < high) high = watch.high;
    }
    this.#low = low;
    this.#high = high;
  }

  #remember({ last }: StockMemory): void {
    this.#newest = last.time;
    this.#text = last.price;
    this.#number = priceNumber(last.price);
  }
}
