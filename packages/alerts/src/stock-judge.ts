import { type DecimalText, type EpochMicros, priceNumber, type SequencedTick, type StockMemory } from '@tickwatch/core';
import type { AlertChange, Moment } from './lane-judge.ts';
import type { Price } from './price.ts';
import { StockPast } from './stock-past.ts';
import { TimedWatch } from './timed-watch.ts';
import type { Watch } from './watch.ts';

/** What is watched of a stock. The way of a usual tick is short: within the band it can change nothing. */
export class StockJudge {
  #watches: readonly Watch[] = [];
  #timed: readonly TimedWatch[] = [];
  /** Where all watches together need not be asked, as each says of itself. */
  #low = Number.POSITIVE_INFINITY;
  #high = Number.NEGATIVE_INFINITY;
  #until = Number.NEGATIVE_INFINITY;
  #atCount = 0;
  #count = 0;
  /** What is to be remembered as soon as there is a clock to compare it with. */
  #memory: readonly StockMemory[];
  readonly #past = new StockPast();
  #hasPast = false;
  /** Time of the newest tick, capped at its time of arrival: one that is dated ahead makes no others late. */
  #newest: number = Number.NEGATIVE_INFINITY;
  #last: SequencedTick | undefined;
  /** Of the newest tick that is remembered. */
  #lastSeq = 0;
  #text: DecimalText | undefined;
  #number = Number.NaN;
  #heardAt: EpochMicros | undefined;

  constructor(memory: StockMemory | undefined) {
    this.#memory = memory === undefined ? [] : [memory];
  }

  get heardAt(): number {
    return this.#heardAt ?? Number.NEGATIVE_INFINITY;
  }

  get watches(): readonly Watch[] {
    return this.#watches;
  }

  take(tick: SequencedTick, receivedAt: EpochMicros, changes: AlertChange[]): void {
    if (this.#memory.length > 0) this.#remember(receivedAt);
    this.#heardAt = receivedAt;
    const count = ++this.#count;
    const { time, price } = tick;
    const number = priceNumber(price);
    const newest = this.#newest;
    if (time < newest) {
      this.#takeLate(time, { text: price, number });
      return;
    }
    const moment = time < receivedAt ? time : receivedAt;
    const now = moment > newest ? moment : newest;
    const isLooked = number <= this.#low || number >= this.#high || time >= this.#until || count >= this.#atCount;
    if (isLooked) this.#look(tick, { text: price, number }, receivedAt, now, changes);
    if (this.#hasPast) this.#past.add(time, price, number, now);
    this.#newest = now;
    this.#last = tick;
    this.#text = price;
    this.#number = number;
  }

  /** What changes because time passes. */
  pass(moment: Moment, seq: number, changes: AlertChange[]): void {
    if (this.#timed.length === 0) return;
    if (this.#memory.length > 0) this.#remember(moment.now);
    const before = changes.length;
    const elapsed = {
      moment,
      seq,
      heardAt: this.#heardAt,
      lastSeq: this.#last?.seq ?? this.#lastSeq,
      past: this.#past,
      changes,
    };
    for (const watch of this.#timed) watch.pass(elapsed);
    if (changes.length > before) this.#lookNext();
  }

  add(watches: readonly Watch[]): void {
    for (const watch of watches) {
      watch.watchAll();
      const { needs } = watch;
      this.#past.need(needs);
      this.#hasPast ||= needs.micros > 0 || needs.days > 0 || needs.hasCounts;
    }
    this.#setWatches([...this.#watches, ...watches]);
  }

  remove(ruleId: string): void {
    this.#setWatches(this.#watches.filter(({ watched }) => watched.rule.id !== ruleId));
  }

  /** Takes over what another one, that has seen the same ticks, watches and knows. */
  join(other: StockJudge): void {
    if (this.#text === undefined && this.#memory.length === 0) {
      this.#text = other.#text;
      this.#number = other.#number;
      this.#newest = other.#newest;
      this.#last = other.#last;
    }
    this.add(other.#watches);
    this.#past.join(other.#past);
    this.#memory = [...this.#memory, ...other.#memory];
    this.#heardAt ??= other.#heardAt;
  }

  #look(tick: SequencedTick, price: Price, receivedAt: EpochMicros, now: number, changes: AlertChange[]): void {
    const before = this.#text === undefined ? undefined : { text: this.#text, number: this.#number };
    const { time } = tick;
    const { number } = price;
    const count = this.#count;
    const look = { tick, price, receivedAt, before, newest: this.#newest, now, count, past: this.#past, changes };
    let low = Number.NEGATIVE_INFINITY;
    let high = Number.POSITIVE_INFINITY;
    let until = Number.POSITIVE_INFINITY;
    let atCount = Number.POSITIVE_INFINITY;
    for (const watch of this.#watches) {
      if (number <= watch.low || number >= watch.high || time >= watch.until || count >= watch.atCount) {
        watch.look(look);
      }
      if (watch.low > low) low = watch.low;
      if (watch.high < high) high = watch.high;
      if (watch.until < until) until = watch.until;
      if (watch.atCount < atCount) atCount = watch.atCount;
    }
    this.#low = low;
    this.#high = high;
    this.#until = until;
    this.#atCount = atCount;
  }

  /** That moment is past: it fires nothing, but is known from then on. */
  #takeLate(time: number, price: Price): void {
    if (!this.#hasPast || !this.#past.addLate(time, price, this.#newest)) return;
    for (const watch of this.#watches) watch.disturb();
    this.#lookNext();
  }

  #lookNext(): void {
    this.#low = Number.POSITIVE_INFINITY;
  }

  #setWatches(watches: readonly Watch[]): void {
    this.#watches = watches;
    this.#timed = watches.filter((watch) => watch instanceof TimedWatch);
    this.#lookNext();
  }

  #remember(now: EpochMicros): void {
    for (const memory of this.#memory) {
      const { last } = memory;
      if (this.#text === undefined) {
        this.#newest = Math.min(last.time, now);
        this.#text = last.price;
        this.#number = priceNumber(last.price);
        this.#lastSeq = last.seq;
      }
      this.#past.remember(memory, this.#newest);
    }
    this.#memory = [];
  }
}
