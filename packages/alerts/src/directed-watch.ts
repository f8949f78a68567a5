import type { AlertDirection, AlertPhase } from '@tickwatch/core';
import { tickKey } from './firing-id.ts';
import { ARMED, type WatchedRule } from './subject.ts';
import { type Look, Watch } from './watch.ts';

export type Way = 'up' | 'down';
const BIT = { up: 1, down: 2 };

/** A rule that fires upwards, downwards or both ways, each armed for itself. */
export abstract class DirectedWatch extends Watch {
  protected readonly ways: readonly Way[];
  /** What the phases are called: none, up, down, both have fired and are not armed again. */
  readonly #names: readonly string[];
  #fired: number;

  constructor(
    watched: WatchedRule,
    exchange: string,
    stock: string,
    known: AlertPhase | undefined,
    direction: AlertDirection,
    [up, down]: readonly [string, string],
  ) {
    super(watched, exchange, stock, known);
    this.ways = direction === 'either' ? ['up', 'down'] : [direction];
    this.#names = [ARMED, up, down, `${up} and ${down}`];
    this.#fired = Math.max(0, this.#names.indexOf(this.phase));
  }

  protected isArmed(way: Way): boolean {
    return (this.#fired & BIT[way]) === 0;
  }

  protected arm(way: Way, look: Look): void {
    this.#fired &= ~BIT[way];
    this.become(this.#names[this.#fired] as string, this.occasion(look), undefined, look.changes);
  }

  protected fire(way: Way, look: Look, text: string): void {
    this.#fired |= BIT[way];
    const transition = { kind: way, key: tickKey(look.tick), text };
    this.become(this.#names[this.#fired] as string, this.occasion(look), transition, look.changes);
  }
}
