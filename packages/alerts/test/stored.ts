import type { EpochMicros, MemoryNeeds, PriceSpan, SequencedTick, StockMemory } from '@tickwatch/core';
import { compareTicks, priceNumber } from '@tickwatch/core';

const MINUTE = 60_000_000;
const DAY = 86_400_000_000;

/** What a store tells of the ticks of one stock, all of them stored. */
export function memoryOf(ticks: readonly SequencedTick[], needs: MemoryNeeds): readonly StockMemory[] {
  const last = [...ticks].sort(compareTicks).at(-1);
  if (last === undefined) return [];
  const tickFrom = last.time - needs.tickSeconds * 1e6;
  const minuteFrom = last.time - needs.minuteSeconds * 1e6;
  const exact = needs.tickSeconds > 0 ? ticks.filter(({ time }) => time >= tickFrom) : [];
  const minutes =
    needs.minuteSeconds > 0
      ? spansOf(ticks, MINUTE).filter(({ time }) => time >= Math.floor(minuteFrom / MINUTE) * MINUTE)
      : [];
  return [
    {
      stock: last.stock,
      last,
      spans: [...minutes, ...exact.map(({ time, price }) => ({ time, low: price, high: price }))],
      days: spansOf(ticks, DAY).filter(({ time }) => time >= (Math.floor(last.time / DAY) - needs.days) * DAY),
      ticksOfMinute: ticks.filter(({ time }) => Math.floor(time / MINUTE) === Math.floor(last.time / MINUTE)).length,
    },
  ];
}

function spansOf(ticks: readonly SequencedTick[], micros: number): readonly PriceSpan[] {
  const groups = new Map<number, SequencedTick[]>();
  for (const tick of ticks) {
    const at = Math.floor(tick.time / micros);
    groups.set(at, [...(groups.get(at) ?? []), tick]);
  }
  return [...groups]
    .sort(([a], [b]) => a - b)
    .map(([at, group]) => {
      const sorted = [...group].sort((a, b) => priceNumber(a.price) - priceNumber(b.price));
      const [low, high] = [sorted[0] as SequencedTick, sorted.at(-1) as SequencedTick];
      return { time: (at * micros) as EpochMicros, low: low.price, high: high.price };
    });
}
