import { randomUUID } from 'node:crypto';
import {
  type DecimalText,
  type EpochMicros,
  exchangeOf,
  formatMicros,
  type LaneName,
  laneIndex,
  laneName,
  laneOfStock,
  lanesOf,
  MICROS_PER_DAY,
  nodeOfLane,
  nowMicros,
  type SequencedTick,
  type TailReply,
  type TailSource,
} from '@tickwatch/core';
import { type AlertChanges, createPostgresStore, type LaneBatch, type TickStore } from '../src/index.ts';
import { seededRandom } from './store-test-kit.ts';

export const COUNT = 3;
export const LANES = new Map([
  ['NASDAQ', 3],
  ['NYSE', 6],
]);
export const STOCKS = Array.from({ length: 24 }, (_, i) => `S${i % 7}${String.fromCharCode(65 + i)}`);
export const TODAY = (Math.floor(nowMicros() / MICROS_PER_DAY) * MICROS_PER_DAY) as EpochMicros;
export const OLD = (TODAY - 3 * MICROS_PER_DAY) as EpochMicros;
/** The last moment of all ticks lies before it. */
export const END = (TODAY - MICROS_PER_DAY / 2) as EpochMicros;

/** Lanes in which something is missing that no database knows yet. */
const OPEN_HOLES = ['NASDAQ/0', 'NYSE/2', 'NYSE/4'];

const random = seededRandom(20_261_129);
export const integer = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));
export const pick = <T>(items: readonly T[]): T => items[integer(0, items.length - 1)] as T;
export const maybe = <T>(value: () => T): T | undefined => (random() < 0.5 ? value() : undefined);

export function dayText(day: number): string {
  return formatMicros(day as EpochMicros).slice(0, 10);
}

/** In bursts of some seconds, with the same moments and prices over and over, some of them late. */
export function randomTicks(from: EpochMicros, count: number, firstSeq: number): readonly SequencedTick[] {
  return Array.from({ length: count }, (_, i) => ({
    stock: pick(STOCKS),
    exchange: pick([...LANES.keys()]),
    price: `${pick(['220', '7', '-3'])}.${pick(['5', '25', '125'])}` as DecimalText,
    time: (from + integer(0, 4) * 3_600_000_000 + Math.floor(i / 12) * 90_000 + integer(0, 8) * 250_000) as EpochMicros,
    seq: firstSeq + i,
  }));
}

/** Stores what a round brings to each lane, with a hole and a message that is no tick in some; of a node, that of its lanes. */
export async function storeRound(
  url: string,
  node: number | undefined,
  round: number,
  ticks: readonly SequencedTick[],
  ruleId: string | undefined,
): Promise<void> {
  await using store = storeAt(url, node);
  await using membership = await store.join({ owner: `round ${round}`, staleAfterMs: 60_000 });
  const lanes = lanesOf(LANES).filter((lane) => node === undefined || nodeOfLane(lane, COUNT) === node);
  for (const lane of lanes) if ((await membership.take(lane)) === undefined) throw new Error(`${lane} is not free`);
  const batches = lanes.map((lane) => batchOf(lane, round, ticks));
  await membership.commit(batches, ruleId === undefined ? undefined : firingsOf(batches, ruleId));
}

export function storeAt(url: string, node?: number): TickStore & ReturnType<typeof createPostgresStore> {
  return createPostgresStore({
    connectionString: url,
    applicationName: 'nodes-test',
    ...(node === undefined ? {} : { node: { index: node, count: COUNT } }),
  });
}

export function isIn(lane: LaneName, { stock, exchange }: SequencedTick): boolean {
  return lane === laneName(exchange, laneOfStock(stock, LANES.get(exchange) ?? 1));
}

function batchOf(lane: LaneName, round: number, all: readonly SequencedTick[]): LaneBatch {
  const ticks = all.filter((tick) => isIn(lane, tick));
  const exchange = exchangeOf(lane);
  const lanes = LANES.get(exchange) ?? 1;
  const [first, last] = [ticks[0], ticks.at(-1)];
  const place = lanesOf(LANES).indexOf(lane);
  const receivedAt = (END + round * 1_000_000 + place) as EpochMicros;
  const time = Math.max(...ticks.map((tick) => tick.time)) as EpochMicros;
  return {
    position: {
      lane,
      logId: 'log',
      position: `p${round}`,
      fingerprint: '',
      receivedAt,
      seq: last?.seq ?? 0,
      coverage: { lanes, until: time, lastTime: time, numbers: [] },
    },
    after: round === 0 ? undefined : { logId: 'log', position: `p${round - 1}` },
    ticks,
    rejected:
      laneIndex(lane) % 2 === round % 2
        ? [{ exchange, payload: Buffer.from(`no tick ${lane}`), receivedAt, reason: 'bad_form', detail: lane }]
        : [],
    gaps:
      place % 2 === round % 2
        ? [
            {
              lane,
              lanes,
              from: ((first?.time ?? 0) + place) as EpochMicros,
              to: time,
              fromSeq: first?.seq,
              toSeq: last?.seq,
              messages: place,
              reason: 'numbers_missing',
              detail: lane,
            },
          ]
        : [],
    coveredFrom: round === 0 ? OLD : undefined,
  };
}

const ids = new Map<string, string>();

/** The same ones in every database. */
function firingsOf(batches: readonly LaneBatch[], ruleId: string): AlertChanges {
  const ticks = batches.flatMap((batch) => batch.ticks.slice(0, 4));
  const firings = ticks.map(({ stock, exchange, time, seq, price }) => {
    const id = ids.get(`${stock} ${exchange} ${seq}`) ?? randomUUID();
    ids.set(`${stock} ${exchange} ${seq}`, id);
    return { id, ruleId, ruleName: 'Rule', exchange, stock, time, seq, price, text: 'it fired' };
  });
  return { version: undefined, phases: [], firings };
}

/** A subscriber that has received ticks of some lanes and stored none. */
export function tailOfLanes(ticks: readonly SequencedTick[], lanes: readonly LaneName[]): TailSource {
  return {
    async tail(stock): Promise<TailReply> {
      const own = lanes.flatMap((lane) => ticks.filter((tick) => isIn(lane, tick)).map((tick) => ({ ...tick, lane })));
      return {
        ticks: own
          .filter((tick) => stock === undefined || tick.stock === stock)
          .map(({ stock: name, exchange, lane, price, time, seq }) => ({
            stock_name: name,
            exchange_name: exchange,
            lane,
            price,
            timestamp: formatMicros(time),
            seq,
          })),
        lanes: Object.fromEntries(lanes.map((lane) => [lane, { from: 0, to: 1e6 }])),
        configured: [...lanes],
        holes: lanes
          .filter((lane) => OPEN_HOLES.includes(lane))
          .map((lane) => ({
            lane,
            lanes: LANES.get(exchangeOf(lane)) ?? 1,
            from_time: formatMicros((END - 1000 - laneIndex(lane)) as EpochMicros),
            to_time: null,
            from_seq: null,
            to_seq: null,
            messages: null,
            reason: 'not_listening',
            detail: lane,
          })),
      };
    },
  };
}
