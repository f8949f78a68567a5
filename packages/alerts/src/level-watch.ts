import { type AlertCondition, type AlertPhase, type DecimalText, priceNumber } from '@tickwatch/core';
import { decimalOf, decimalText, minus, plus } from './decimal.ts';
import { crossedText } from './sentences.ts';
import { ARMED, type WatchedRule } from './subject.ts';
import { comparePrice, type Look, type Price, Watch } from './watch.ts';

/** Directions that are not armed: having fired, the price has not gone back yet. */
const UP = 1;
const DOWN = 2;
const PHASES = [ARMED, 'above', 'below', 'above and below'];

/**
 * `price_crosses`. Armed, it fires upwards at a price ≥ the level where the price before it was < the level; it is armed
 * again at a price < level − hysteresis. Downwards: ≤, >, > level + hysteresis. Each direction has its own arming. Without a
 * price before it the first one fires nothing.
 */
export class LevelWatch extends Watch {
  readonly #level: Price;
  /** Beyond it the direction is armed again; `undefined`: this direction is not watched. */
  readonly #below: Price | undefined;
  readonly #above: Price | undefined;
  #fired: number;

  constructor(
    watched: WatchedRule,
    condition: Extract<AlertCondition, { type: 'price_crosses' }>,
    exchange: string,
    stock: string,
    known: AlertPhase | undefined,
  ) {
    super(watched, exchange, stock, known);
    const { level, hysteresis = 0, direction } = condition;
    const [exact, back] = [decimalOf(String(level)), decimalOf(String(hysteresis))];
    this.#level = priceOf(String(level) as DecimalText);
    this.#below = direction === 'down' ? undefined : priceOf(decimalText(minus(exact, back)));
    this.#above = direction === 'up' ? undefined : priceOf(decimalText(plus(exact, back)));
    this.#fired = Math.max(0, PHASES.indexOf(this.phase));
  }

  look(look: Look): void {
    const { price, before } = look;
    const side = comparePrice(price, this.#level);
    if (!this.isDone && look.receivedAt >= this.watched.rule.begins) {
      const sideBefore = before === undefined ? undefined : comparePrice(before, this.#level);
      this.#judge(look, side, sideBefore);
    }
    if (this.isDone) this.watchNothing();
    else this.#setBand(side);
  }

  #judge(look: Look, side: number, sideBefore: number | undefined): void {
    let fired = this.#fired;
    let crossed: 'up' | 'down' | undefined;
    if (this.#below !== undefined) {
      if ((fired & UP) === 0) {
        if (side >= 0 && sideBefore !== undefined && sideBefore < 0) {
          crossed = 'up';
          fired |= UP;
        }
      } else if (comparePrice(look.price, this.#below) < 0) fired &= ~UP;
    }
    if (this.#above !== undefined) {
      if ((fired & DOWN) === 0) {
        if (side <= 0 && sideBefore !== undefined && sideBefore > 0) {
          crossed = 'down';
          fired |= DOWN;
        }
      } else if (comparePrice(look.price, this.#above) > 0) fired &= ~DOWN;
    }
    if (fired === this.#fired) return;
    this.#fired = fired;
    const { stock } = this;
    const { price, seq } = look.tick;
    const transition =
      crossed === undefined
        ? undefined
        : { kind: crossed, key: seq, text: crossedText(stock, crossed, this.#level.text, price) };
    this.become(PHASES[fired] as string, this.occasion(look), transition, look.changes);
  }

  /** @param side of the level on which the price is now */
  #setBand(side: number): void {
    const level = this.#level.number;
    let low = Number.NEGATIVE_INFINITY;
    let high = Number.POSITIVE_INFINITY;
    if (this.#below !== undefined) {
      if ((this.#fired & UP) !== 0) low = this.#below.number;
      else if (side < 0) high = level;
      else low = level;
    }
    if (this.#above !== undefined) {
      if ((this.#fired & DOWN) !== 0) high = Math.min(high, this.#above.number);
      else if (side > 0) low = Math.max(low, level);
      else high = Math.min(high, level);
    }
    this.low = low;
    this.high = high;
  }
}

function priceOf(text: DecimalText): Price {
  return { text, number: priceNumber(text) };
}
