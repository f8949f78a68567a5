import type { AlertCondition, AlertPhase, DecimalText } from '@tickwatch/core';
import { decimalOf, decimalText, minus, plus } from './decimal.ts';
import { DirectedWatch, type Way } from './directed-watch.ts';
import { comparePrice, type Price, priceOf } from './price.ts';
import { crossedText } from './sentences.ts';
import type { WatchedRule } from './subject.ts';
import type { Look } from './watch.ts';

/**
 * `price_crosses`. Armed, it fires upwards at a price ≥ the level where the price before it was < the level; it is armed
 * again at a price < level − hysteresis. Downwards: ≤, >, > level + hysteresis. Each direction has its own arming. The first
 * price of a stock fires nothing.
 */
export class LevelWatch extends DirectedWatch {
  readonly #level: Price;
  /** Beyond it a direction is armed again. */
  readonly #back: { readonly up: Price; readonly down: Price };

  constructor(
    watched: WatchedRule,
    condition: Extract<AlertCondition, { type: 'price_crosses' }>,
    exchange: string,
    stock: string,
    known: AlertPhase | undefined,
  ) {
    super(watched, exchange, stock, known, condition.direction, ['above', 'below']);
    const level = decimalOf(String(condition.level));
    const hysteresis = decimalOf(String(condition.hysteresis ?? 0));
    this.#level = priceOf(String(condition.level) as DecimalText);
    this.#back = {
      up: priceOf(decimalText(minus(level, hysteresis))),
      down: priceOf(decimalText(plus(level, hysteresis))),
    };
  }

  look(look: Look): void {
    const side = comparePrice(look.price, this.#level);
    if (!this.isDone && look.receivedAt >= this.watched.rule.begins) {
      const sideBefore = look.before === undefined ? 0 : comparePrice(look.before, this.#level);
      for (const way of this.ways) this.#judge(way, look, side, sideBefore);
    }
    this.#setBand(side);
  }

  #judge(way: Way, look: Look, side: number, sideBefore: number): void {
    const { price } = look;
    if (!this.isArmed(way)) {
      const back = comparePrice(price, this.#back[way]);
      if (way === 'up' ? back < 0 : back > 0) this.arm(way, look);
    } else if (way === 'up' ? side >= 0 && sideBefore < 0 : side <= 0 && sideBefore > 0) {
      this.fire(way, look, crossedText(this.stock, way, this.#level.text, price.text));
    }
  }

  /** @param side of the level on which the price is now */
  #setBand(side: number): void {
    this.watchNothing();
    if (this.isDone) return;
    const level = this.#level.number;
    let low = Number.NEGATIVE_INFINITY;
    let high = Number.POSITIVE_INFINITY;
    for (const way of this.ways) {
      const isUp = way === 'up';
      if (!this.isArmed(way)) {
        if (isUp) low = Math.max(low, this.#back.up.number);
        else high = Math.min(high, this.#back.down.number);
      } else if (isUp ? side < 0 : side <= 0) high = Math.min(high, level);
      else low = Math.max(low, level);
    }
    this.low = low;
    this.high = high;
  }

  override disturb(): void {}
}
