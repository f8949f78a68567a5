import {
  type AlertCondition,
  type AlertPhase,
  type DecimalText,
  EXACT_MOVE_SECONDS,
  MICROS_PER_SECOND,
} from '@tickwatch/core';
import { absolute, compare, type Decimal, decimalOf, decimalText, minus, times } from './decimal.ts';
import { DirectedWatch, type Way } from './directed-watch.ts';
import { extremeOf, type Price } from './price.ts';
import { movedText } from './sentences.ts';
import { NO_NEEDS, type PastNeeds } from './stock-past.ts';
import type { WatchedRule } from './subject.ts';
import type { Look } from './watch.ts';

const MICROS_PER_MINUTE = 60 * MICROS_PER_SECOND;
const HUNDRED = decimalOf('100');
/** More than doubles can be wrong by, as a share. */
const DOUBT = 1e-9;
const MAX_RECKONED = 1e300;

/**
 * `price_moves`. Armed, it fires upwards at a price that is `by` or more above the lowest one of the window before it: of
 * the stock's ticks, late ones too, that came before it and whose time is in [t − within, t]. With `within_seconds` >
 * 600 the window begins at the minute that t − within lies in. It is armed again at the first tick that is less than `by` − hysteresis
 * above the lowest, or has none. `percent`: of the lowest (its distance from 0); 0 has none. Downwards: below the highest.
 */
export class MoveWatch extends DirectedWatch {
  readonly #condition: Extract<AlertCondition, { type: 'price_moves' }>;
  readonly #by: Decimal;
  readonly #back: Decimal;

  constructor(
    watched: WatchedRule,
    condition: Extract<AlertCondition, { type: 'price_moves' }>,
    exchange: string,
    stock: string,
    known: AlertPhase | undefined,
  ) {
    super(watched, exchange, stock, known, condition.direction, ['risen', 'fallen']);
    this.#condition = condition;
    this.#by = decimalOf(String(condition.by));
    this.#back = minus(this.#by, decimalOf(String(condition.hysteresis ?? 0)));
  }

  override get needs(): PastNeeds {
    const { within_seconds: within } = this.#condition;
    return { ...NO_NEEDS, micros: within * MICROS_PER_SECOND + (within > EXACT_MOVE_SECONDS ? MICROS_PER_MINUTE : 0) };
  }

  look(look: Look): void {
    if (!this.isDone && look.receivedAt >= this.watched.rule.begins) {
      for (const way of this.ways) this.#judge(way, look);
    }
    this.watchNothing();
    if (this.isDone) return;
    for (const way of this.ways) {
      if (this.isArmed(way)) this.#watchMove(way, look);
      else this.#watchBack(way, look);
    }
  }

  #judge(way: Way, look: Look): void {
    const { time } = look.tick;
    const reference = look.past.extreme(signOf(way), this.#from(time), time);
    if (this.isArmed(way)) {
      if (reference === undefined || !this.#isMoved(way, look.price, reference, this.#by)) return;
      this.fire(way, look, movedText(this.stock, way, this.#condition, reference.text, look.price.text));
    } else if (reference === undefined || !this.#isMoved(way, look.price, reference, this.#back)) this.arm(way, look);
  }

  #isMoved(way: Way, price: Price, reference: Price, by: Decimal): boolean {
    // Told by doubles, where they can tell it.
    const limit = this.#limit(way, reference.number, Number(by.digits) / 10 ** by.scale);
    const doubt = DOUBT * (Math.abs(limit) + Math.abs(reference.number));
    const beyond = (price.number - limit) * signOf(way);
    if (beyond < -doubt) return false;
    if (beyond > doubt) return reference.number !== 0 || this.#condition.unit === 'price';
    return this.#isExactly(way, price.text, reference.text, by);
  }

  #isExactly(way: Way, price: DecimalText, reference: DecimalText, by: Decimal): boolean {
    const [from, to] = [decimalOf(reference), decimalOf(price)];
    const distance = way === 'up' ? minus(to, from) : minus(from, to);
    if (this.#condition.unit === 'price') return compare(distance, by) >= 0;
    return from.digits !== 0n && compare(times(distance, HUNDRED), times(by, absolute(from))) >= 0;
  }

  /** The window can lose its lowest price, which moves what is looked for away; but within the band it gets no lower one. */
  #watchMove(way: Way, look: Look): void {
    const sign = signOf(way);
    const known = look.past.extreme(sign, this.#from(look.now), Number.POSITIVE_INFINITY);
    const extreme = extremeOf(sign, known, look.price).number;
    const by = Number(this.#condition.by);
    // A price that is not far beyond the extreme is of no interest either: by a quarter of what is looked for.
    const beyond = extreme - (this.#limit(way, extreme, by) - extreme) / 4;
    const limit = this.#limit(way, beyond, by);
    if (beyond > 0 && Math.abs(limit) < MAX_RECKONED) {
      this.#keepAbove(way === 'up' ? beyond : limit);
      this.#keepBelow(way === 'up' ? limit : beyond);
    } else this.watchAll();
  }

  /** It stays as it is while the price is far enough from the lowest one, and that is within the window. */
  #watchBack(way: Way, { past, tick: { time } }: Look): void {
    const sign = signOf(way);
    const from = this.#from(time);
    const reference = past.extreme(sign, from, time)?.number ?? 0;
    const at = past.extremeTime(sign, from);
    const limit = this.#limit(way, reference, Number(decimalText(this.#back)));
    if (at !== undefined && reference > 0 && Math.abs(limit) < MAX_RECKONED) {
      if (way === 'up') this.#keepAbove(limit);
      else this.#keepBelow(limit);
      this.until = Math.min(this.until, this.#end(at));
    } else this.watchAll();
  }

  #keepAbove(low: number): void {
    this.low = Math.max(this.low, low + DOUBT * Math.abs(low));
  }

  #keepBelow(high: number): void {
    this.high = Math.min(this.high, high - DOUBT * Math.abs(high));
  }

  #limit(way: Way, reference: number, by: number): number {
    const step = this.#condition.unit === 'price' ? by : (by * Math.abs(reference)) / 100;
    return reference + signOf(way) * step;
  }

  /** When a price of this time is not within the window any more. */
  #end(time: number): number {
    const { within_seconds: within } = this.#condition;
    const last =
      within > EXACT_MOVE_SECONDS ? (Math.floor(time / MICROS_PER_MINUTE) + 1) * MICROS_PER_MINUTE : time + 1;
    return last + within * MICROS_PER_SECOND;
  }

  #from(time: number): number {
    const { within_seconds: within } = this.#condition;
    const from = time - within * MICROS_PER_SECOND;
    return within > EXACT_MOVE_SECONDS ? Math.floor(from / MICROS_PER_MINUTE) * MICROS_PER_MINUTE : from;
  }
}

/** The lowest price is what a rise is measured from. */
function signOf(way: Way): 1 | -1 {
  return way === 'up' ? 1 : -1;
}
