import type { AlertCondition, EpochMicros, SequencedTick } from '@tickwatch/core';
import { priceNumber } from '@tickwatch/core';

export interface Arrival {
  readonly tick: SequencedTick;
  readonly receivedAt: EpochMicros;
}

/** What a rule on a stock makes of its ticks. */
export interface Verdict {
  readonly seq: number;
  readonly kind: string;
}

const DAY = 86_400_000_000;
const MINUTE = 60_000_000;

/**
 * Judges by looking through all ticks for each, with whole prices of few digits (exact in doubles).
 */
export function oracle(condition: AlertCondition, arrivals: readonly Arrival[]): readonly Verdict[] {
  const fired: Verdict[] = [];
  const off = new Set<string>();
  let newest = Number.NEGATIVE_INFINITY;
  let before: number | undefined;
  let firedDay = Number.NEGATIVE_INFINITY;
  for (const [i, { tick, receivedAt }] of arrivals.entries()) {
    if (tick.time < newest) continue;
    const earlier = arrivals.slice(0, i).map((arrival) => arrival.tick);
    const price = priceNumber(tick.price);
    const turn = (kind: string, isOn: boolean, isBack: boolean) => {
      if (off.has(kind)) {
        if (isBack) off.delete(kind);
      } else if (isOn) {
        off.add(kind);
        fired.push({ seq: tick.seq, kind });
      }
    };
    if (condition.type === 'price_crosses') {
      const [level, back] = [Number(condition.level), Number(condition.hysteresis ?? 0)];
      if (condition.direction !== 'down') {
        turn('up', price >= level && before !== undefined && before < level, price < level - back);
      }
      if (condition.direction !== 'up') {
        turn('down', price <= level && before !== undefined && before > level, price > level + back);
      }
    } else if (condition.type === 'price_moves') {
      const within = condition.within_seconds * 1e6;
      const from = tick.time - within;
      const start = condition.within_seconds > 600 ? Math.floor(from / MINUTE) * MINUTE : from;
      const window = earlier
        .filter(({ time }) => time >= start && time <= tick.time)
        .map((each) => priceNumber(each.price));
      const by = Number(condition.by);
      const back = by - Number(condition.hysteresis ?? 0);
      const moved = (kind: string, distance: number, reference: number) => {
        const step = (share: number) => (condition.unit === 'price' ? share : (share * reference) / 100);
        const isThere = window.length > 0;
        turn(kind, isThere && distance >= step(by), !(isThere && distance >= step(back)));
      };
      if (condition.direction !== 'down') moved('up', price - Math.min(...window), Math.min(...window));
      if (condition.direction !== 'up') moved('down', Math.max(...window) - price, Math.max(...window));
    } else if (condition.type === 'new_extreme') {
      const day = Math.floor(tick.time / DAY);
      const sign = condition.extreme === 'high' ? 1 : -1;
      const of = (first: number, last: number) =>
        earlier
          .filter(({ time }) => Math.floor(time / DAY) >= first && Math.floor(time / DAY) <= last)
          .map((each) => sign * priceNumber(each.price));
      const known = of(day - condition.days, day - 1);
      if (known.length > 0 && firedDay < day && sign * price > Math.max(...known, ...of(day, day))) {
        firedDay = day;
        fired.push({ seq: tick.seq, kind: condition.extreme });
      }
    } else if (condition.type === 'tick_rate' && condition.above !== undefined) {
      const countOf = (minute: number) => earlier.filter(({ time }) => Math.floor(time / MINUTE) === minute).length;
      const minute = Math.floor(tick.time / MINUTE);
      const last = Math.floor(newest / MINUTE);
      if (minute > last && (minute > last + 1 || countOf(last) <= condition.above)) off.delete('fast');
      turn('fast', countOf(minute) + 1 > condition.above, false);
    }
    newest = Math.max(newest, Math.min(tick.time, receivedAt));
    before = price;
  }
  return fired;
}
