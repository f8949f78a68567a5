import { type AlertCondition, type AlertPhase, type EpochMicros, formatMicros, MICROS_PER_DAY } from '@tickwatch/core';
import { comparePrice, extremeOf, type Price } from './price.ts';
import { extremeText } from './sentences.ts';
import { NO_NEEDS, type PastNeeds } from './stock-past.ts';
import { ARMED, type WatchedRule } from './subject.ts';
import { type Look, Watch } from './watch.ts';

const FIRED_ON = 'fired on ';

/**
 * `new_extreme`. Armed, it fires at a price above the highest (below the lowest) of the `days` days (UTC) before the tick's and of its day so
 * far; days without a tick are no days of less, but where none of them has one nothing is known and nothing
 * fires. It is armed again at the first tick of a later day.
 */
export class ExtremeWatch extends Watch {
  readonly #days: number;
  readonly #extreme: 'high' | 'low';
  #day = Number.NaN;
  /** Of the days before `#day`. */
  #before: Price | undefined;

  constructor(
    watched: WatchedRule,
    condition: Extract<AlertCondition, { type: 'new_extreme' }>,
    exchange: string,
    stock: string,
    known: AlertPhase | undefined,
  ) {
    super(watched, exchange, stock, known);
    this.#days = condition.days;
    this.#extreme = condition.extreme;
  }

  override get needs(): PastNeeds {
    return { ...NO_NEEDS, days: this.#days };
  }

  look(look: Look): void {
    const { tick, price, past } = look;
    const day = Math.floor(tick.time / MICROS_PER_DAY);
    const sign = this.#extreme === 'low' ? 1 : -1;
    if (day !== this.#day) {
      this.#day = day;
      this.#before = past.extremeOfDays(sign, day - this.#days, day - 1);
    }
    const today = past.extremeOfDays(sign, day, day);
    const so = this.#before === undefined ? undefined : extremeOf(sign, today, this.#before);
    if (!this.isDone && look.receivedAt >= this.watched.rule.begins) this.#judge(look, sign, so);
    if (this.isDone) this.watchNothing();
    // A tick that is dated ahead is of a day that has not come.
    else if (tick.time > look.receivedAt) this.watchAll();
    else this.#setBand(sign, so === undefined || this.phase !== ARMED ? undefined : extremeOf(sign, so, price));
  }

  override disturb(): void {
    this.#day = Number.NaN;
    this.watchAll();
  }

  #judge(look: Look, sign: 1 | -1, so: Price | undefined): void {
    const today = `${FIRED_ON}${formatMicros((this.#day * MICROS_PER_DAY) as EpochMicros).slice(0, 10)}`;
    // Dates in this form are ordered like texts.
    const isArmed = this.phase === ARMED || this.phase < today;
    if (!isArmed) return;
    if (so !== undefined && sign * comparePrice(look.price, so) < 0) {
      const text = extremeText(this.stock, this.#extreme, this.#days, look.price.text, so.text);
      this.become(today, this.occasion(look), { kind: this.#extreme, key: this.#day, text }, look.changes);
    } else if (look.tick.time <= look.receivedAt) {
      // One that is dated ahead into the next day ends no day.
      this.become(ARMED, this.occasion(look), undefined, look.changes);
    }
  }

  /** @param limit `undefined`: nothing fires on this day */
  #setBand(sign: 1 | -1, limit: Price | undefined): void {
    this.low = limit !== undefined && sign === 1 ? limit.number : Number.NEGATIVE_INFINITY;
    this.high = limit !== undefined && sign === -1 ? limit.number : Number.POSITIVE_INFINITY;
    this.until = (this.#day + 1) * MICROS_PER_DAY;
  }
}
