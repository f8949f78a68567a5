import type { DecimalText, EpochMicros, SequencedTick } from '@tickwatch/core';
import type { MarketChunk, MarketPlace, MarketQuestion, TickReader } from '@tickwatch/store';
import type { Random } from './random.ts';

/** Answers about a market from memory, as they come from the store: in chunks, in the order in which the ticks stand. */
export interface FakeMarket {
  readonly reader: TickReader;
  readonly ticks: SequencedTick[];
  /** Streams that have begun and not ended. */
  readonly open: () => number;
  /** Ticks that were read of streams. */
  readonly read: () => number;
}

export function fakeMarket(ticks: SequencedTick[], chunkTicks = 1000): FakeMarket {
  let [open, read] = [0, 0];
  const reach = { position: new Map(), tailComplete: true, rawFrom: undefined };
  const missing = { complete: true, holes: [] };
  const asked = ({ from, until, exchange, stocks }: MarketQuestion): readonly SequencedTick[] =>
    ticks.filter(
      (tick) =>
        tick.time >= from &&
        tick.time < until &&
        (exchange === undefined || tick.exchange === exchange) &&
        (stocks === undefined || stocks.includes(tick.stock)),
    );
  async function* stream(all: readonly SequencedTick[], signal: AbortSignal | undefined): AsyncGenerator<MarketChunk> {
    open++;
    try {
      for (let at = 0; at < all.length; at += chunkTicks) {
        signal?.throwIfAborted();
        const part = all.slice(at, at + chunkTicks);
        read += part.length;
        yield marketChunk(part);
      }
    } finally {
      open--;
    }
  }
  const answers: Partial<TickReader> = {
    market: async (question, { signal } = {}) => ({ reach, missing, chunks: stream(asked(question), signal) }),
    marketPage: async (question) => {
      const all = asked(question);
      const start = question.after === undefined ? 0 : Number(question.after);
      const end = Math.min(all.length, start + question.limit);
      const chunks = [];
      for (let at = start; at < end; at += chunkTicks) {
        chunks.push(marketChunk(all.slice(at, Math.min(end, at + chunkTicks))));
      }
      return { reach, missing, chunks, next: end < all.length ? (String(end) as MarketPlace) : undefined };
    },
    load: () => ({ questions: 0, waiting: 0, exports: open, tailReachable: undefined }),
    [Symbol.asyncDispose]: async () => {},
  };
  return { reader: answers as TickReader, ticks, open: () => open, read: () => read };
}

/** Ticks as the store has them in memory. */
export function marketChunk(ticks: readonly SequencedTick[]): MarketChunk {
  const keys = [
    ...new Map(ticks.map(({ stock, exchange }) => [`${exchange}\0${stock}`, { stock, exchange }])).values(),
  ];
  const count = ticks.length;
  const texts = new Map<number, string>();
  const mantissas = new Float64Array(count);
  const decimals = new Uint8Array(count);
  for (const [i, { price }] of ticks.entries()) {
    const mantissa = Number(price.replace('.', ''));
    const scale = price.split('.')[1]?.length ?? 0;
    // Only what is exact, and no zero that had a sign.
    const isExact = Number.isSafeInteger(mantissa) && Math.abs(mantissa) < 2 ** 52 && !Object.is(mantissa, -0);
    mantissas[i] = isExact ? mantissa : Number.NaN;
    if (isExact) decimals[i] = scale;
    else texts.set(i, price);
  }
  const times = Float64Array.from(ticks, ({ time }) => time);
  return {
    count,
    keys,
    keyOf: Uint32Array.from(ticks, (tick) =>
      keys.findIndex(({ stock, exchange }) => stock === tick.stock && exchange === tick.exchange),
    ),
    times,
    clocks: times,
    seqs: Float64Array.from(ticks, ({ seq }) => seq),
    mantissas,
    decimals,
    texts,
  };
}

const NAMES = ['AAPL', 'A/B é', 'comma, "quoted"', '=SUM(A1)', 'BTC:USD', 'line\nbreak', '\\.', '日経'];
const DIGITS = ['220.40', '220.4', '0.01', '-37.63', '0', '99999999999.99', '5', '0.00000001', '4503599627370495'];

/** Ticks of many stocks whose times seldom go back; one in ten has no number. */
export function randomMarket(random: Random, count: number, prices: readonly string[] = DIGITS): SequencedTick[] {
  let time = Date.parse('2026-09-10T08:59:58Z') * 1000;
  return Array.from({ length: count }, (_, i) => {
    time += random.integer(0, 700);
    const isLate = random.next() < 0.05;
    return {
      stock: random.pick(NAMES),
      exchange: random.next() < 0.7 ? 'NASDAQ' : 'N,Y"SE',
      price: random.pick(prices) as DecimalText,
      time: (isLate ? time - random.integer(0, 4_000_000) : time) as EpochMicros,
      seq: random.next() < 0.1 ? 0 : 2 ** 31 - 500 + i,
    };
  });
}
