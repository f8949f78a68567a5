import type { Tick } from '@tickwatch/core';
import type { AnswerHead, AskOptions, RangeQuestion, TickChunk, TickReader } from '@tickwatch/store';

/** Stand-in for `reader.ticks`. */
export async function askTicks(
  reader: TickReader,
  question: RangeQuestion,
  { order }: { readonly order: 'asc' | 'desc' },
  asked: AskOptions = {},
): Promise<AnswerHead & { readonly chunks: AsyncIterable<TickChunk> }> {
  const { reach, summary } = await reader.points(question, 4, asked);
  const pages = async function* (): AsyncGenerator<TickChunk> {
    for (let after: Parameters<TickReader['page']>[1]['after']; ; ) {
      const { value } = await reader.page(question, { order, limit: 10_000, after }, asked);
      if (value.ticks.length > 0) yield chunkOf(value.ticks);
      if (value.next === undefined) return;
      after = value.next;
    }
  };
  return { reach, summary, chunks: pages() };
}

/** Ticks that are there already. */
export function chunkOf(ticks: readonly Tick[]): TickChunk {
  return {
    count: ticks.length,
    times: Float64Array.from(ticks, ({ time }) => time),
    prices: { kind: 'texts', texts: ticks.map(({ price }) => price) },
    exchange: ticks.map(({ exchange }) => exchange),
  };
}
