import { exchangeOf, type LaneLayout, laneOfStock, MAX_LANES } from '@tickwatch/core';
import type { Snapshot } from '../snapshot.ts';
import type { MarketKeys } from './market-keys.ts';

interface Layout {
  readonly fromSeq: number;
  readonly lanes: LaneLayout;
}

const LAYOUTS = 'SELECT exchange_name, from_seq, lanes FROM lane_layouts ORDER BY from_seq';

/**
 * Which lane a tick is of: its stock's, among as many as its exchange had by then. Where the source deals the stocks, all of an
 * exchange count as one: their numbers come from the clock.
 */
export class LaneLayouts {
  readonly #layouts: ReadonlyMap<string, readonly Layout[]>;
  readonly #keys: MarketKeys;
  /** Of stocks whose exchange always had as many. */
  readonly #laneOf: (number | undefined)[] = [];

  static async read(snapshot: Snapshot, keys: MarketKeys): Promise<LaneLayouts> {
    const layouts = new Map<string, Layout[]>();
    for (const row of await snapshot.rows({ text: LAYOUTS, values: [] })) {
      const name = row.exchange_name ?? '';
      layouts.set(name, [...(layouts.get(name) ?? []), { fromSeq: Number(row.from_seq), lanes: Number(row.lanes) }]);
    }
    addLed(layouts, snapshot);
    return new LaneLayouts(layouts, keys);
  }

  private constructor(layouts: ReadonlyMap<string, readonly Layout[]>, keys: MarketKeys) {
    this.#layouts = layouts;
    this.#keys = keys;
  }

  /** The number of a lane: the same for the same lane. */
  laneOf(key: number, seq: number): number {
    const known = this.#laneOf[key];
    if (known !== undefined) return known;
    const { stock, exchange } = this.#keys.all[key] as { stock: string; exchange: string };
    const first = (this.#keys.exchangeOf[key] as number) * MAX_LANES;
    const layouts = this.#layouts.get(exchange) ?? [];
    const [only] = layouts;
    if (only === undefined || (layouts.length === 1 && only.fromSeq === 0)) {
      const lane = first + indexOf(stock, only?.lanes ?? 1);
      this.#laneOf[key] = lane;
      return lane;
    }
    const { lanes } = layouts.findLast(({ fromSeq }) => fromSeq <= seq) ?? { lanes: 1 };
    return first + indexOf(stock, lanes);
  }
}

function indexOf(stock: string, layout: LaneLayout): number {
  return layout < 0 ? 0 : laneOfStock(stock, layout);
}

/** Those that somebody leads and that nothing is stored of yet. */
function addLed(layouts: Map<string, Layout[]>, { lanes: { wanted, committed, nodes } }: Snapshot): void {
  const led = new Map<string, number>();
  for (const lane of wanted) led.set(exchangeOf(lane), (led.get(exchangeOf(lane)) ?? 0) + nodes);
  for (const [exchange, lanes] of led) {
    const known = layouts.get(exchange) ?? [];
    if (Math.abs(known.at(-1)?.lanes ?? 1) === lanes) continue;
    const seqs = [...committed].filter(([lane]) => exchangeOf(lane) === exchange).map(([, seq]) => seq);
    layouts.set(exchange, [...known, { fromSeq: Math.max(0, ...seqs) + 1, lanes }]);
  }
}
