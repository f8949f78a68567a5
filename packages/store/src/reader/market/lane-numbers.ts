import type { LaneTicks } from './lane-clocks.ts';
import type { LaneLayouts } from './lane-layouts.ts';
import type { MarketKeys } from './market-keys.ts';

/** The lowest and the highest numbers of some ticks, lane by lane: those of another lane say nothing of one's ticks. */
export class LaneNumbers {
  readonly #layouts: LaneLayouts;
  readonly #keys: MarketKeys;
  readonly #least = new Map<number, number>();
  readonly #most = new Map<number, number>();
  /** By exchange. */
  readonly #bounds = new Map<string, { least: number; most: number }>();

  constructor(layouts: LaneLayouts, keys: MarketKeys) {
    this.#layouts = layouts;
    this.#keys = keys;
  }

  /** The lowest and the highest numbers of each exchange. */
  get exchanges(): ReadonlyMap<string, { readonly least: number; readonly most: number }> {
    return this.#bounds;
  }

  add({ count, seqs, keyOf }: LaneTicks): void {
    for (let i = 0; i < count; i++) {
      const [key, seq] = [keyOf[i] as number, seqs[i] as number];
      // What has no number says nothing of others.
      if (seq <= 0) continue;
      const lane = this.#layouts.laneOf(key, seq);
      const [least = Number.POSITIVE_INFINITY, most = 0] = [this.#least.get(lane), this.#most.get(lane)];
      if (seq >= least && seq <= most) continue;
      this.#least.set(lane, Math.min(least, seq));
      this.#most.set(lane, Math.max(most, seq));
      this.#widen(key, seq);
    }
  }

  /** Whether a tick came before one of them. */
  isBefore(key: number, seq: number): boolean {
    return seq > 0 && seq < (this.#most.get(this.#layouts.laneOf(key, seq)) ?? 0);
  }

  /** Whether a tick came behind one of them. */
  isBehind(key: number, seq: number): boolean {
    return seq > (this.#least.get(this.#layouts.laneOf(key, seq)) ?? Number.POSITIVE_INFINITY);
  }

  #widen(key: number, seq: number): void {
    const exchange = this.#keys.all[key]?.exchange ?? '';
    const { least, most } = this.#bounds.get(exchange) ?? { least: seq, most: seq };
    this.#bounds.set(exchange, { least: Math.min(least, seq), most: Math.max(most, seq) });
  }
}
