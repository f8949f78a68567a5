import { type EpochMicros, formatMicros, type Tick } from '@tickwatch/core';
import { EXCHANGES, STOCKS } from './market.ts';
import type { Asked } from './oracle.ts';
import type { Random } from './random.ts';

/** A range whose ends lie on ticks, beside them, on whole minutes, outside of everything, or nowhere. */
export function randomAsked(random: Random, ticks: readonly Tick[], from: number, until: number): Asked {
  const moment = (): number | undefined => {
    const kind = random.next();
    if (kind < 0.15) return undefined;
    if (kind < 0.5) return random.pick(ticks).time + random.integer(-1, 1);
    const time = random.integer(from - 3_600_000_000, until + 3_600_000_000);
    return kind < 0.7 ? Math.floor(time / 60_000_000) * 60_000_000 : time;
  };
  let [start, end] = [moment(), moment()];
  if (start !== undefined && end !== undefined && start > end) [start, end] = [end, start];
  const exchange = random.next() < 0.3 ? random.pick(EXCHANGES) : undefined;
  return { stock: random.next() < 0.6 ? STOCKS[0] : random.pick(STOCKS), exchange, start, end };
}

export const describeAsked = ({ stock, exchange = 'all', start, end }: Asked): string =>
  [
    stock,
    exchange,
    ...[start, end].map((time) => (time === undefined ? 'open' : formatMicros(time as EpochMicros))),
  ].join(' ');
