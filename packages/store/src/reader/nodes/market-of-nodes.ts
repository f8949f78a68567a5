import type { MarketPart } from '../market/market-answer.ts';
import type { MarketChunk, MarketPlace, MarketQuestion } from '../market/market-chunk.ts';
import { areNamed, marketMissing } from '../market/market-missing.ts';
import type { AskOptions, MarketAnswer } from '../tick-reader.ts';
import type { AskNodes } from './ask-nodes.ts';
import { joinReach } from './join-reach.ts';
import { firstHead, MarketJoiner } from './market-joiner.ts';
import { readNodePlaces, writeNodePlaces } from './market-places.ts';
import { joinStreams } from './market-streams.ts';
import type { NodeOfStock } from './node-of-stock.ts';

export interface NodesMarketOptions {
  /** A stream whose reader waits longer with the next chunk is cut. */
  readonly stallMs: number;
}

/** Ticks of many stocks, of all nodes that have some of them. */
export class MarketOfNodes {
  readonly #nodes: AskNodes;
  readonly #nodeOf: NodeOfStock;
  readonly #options: NodesMarketOptions;

  constructor(nodes: AskNodes, nodeOf: NodeOfStock, options: NodesMarketOptions) {
    this.#nodes = nodes;
    this.#nodeOf = nodeOf;
    this.#options = options;
  }

  async page(
    question: MarketQuestion & { readonly limit: number },
    { signal }: AskOptions,
  ): Promise<MarketAnswer & { readonly chunks: readonly MarketChunk[]; readonly next: MarketPlace | undefined }> {
    const places = readNodePlaces(question.after, this.#nodes.count);
    const asked = await this.#questions(question, signal);
    const parts = await this.#nodes.some([...asked.keys()], signal, (reader, either, index) =>
      reader.marketPart({ ...question, ...asked.get(index), after: places[index] }, { signal: either }),
    );
    const { chunk, taken } = firstTicks(parts, question.limit);
    const hasMore = parts.some((part, i) => part.hasMore || countOf(part) > (taken[i] ?? 0));
    const next = [...places];
    for (const [i, index] of [...asked.keys()].entries()) {
      const count = taken[i] ?? 0;
      if (count > 0) next[index] = parts[i]?.placeBehind(count);
    }
    return {
      reach: joinReach(parts.map(({ reach }) => reach)),
      missing: marketMissing(
        parts.map(({ facts }) => facts),
        question,
      ),
      chunks: chunk.count === 0 ? [] : [chunk],
      next: hasMore ? writeNodePlaces(next) : undefined,
    };
  }

  async stream(
    question: MarketQuestion,
    { signal }: AskOptions,
  ): Promise<MarketAnswer & { readonly chunks: AsyncIterable<MarketChunk> }> {
    const places = readNodePlaces(question.after, this.#nodes.count);
    const asked = await this.#questions(question, signal);
    return await joinStreams(question, this.#options.stallMs, [...asked.keys()], (index) =>
      this.#nodes.one(index, (reader) =>
        reader.market({ ...question, ...asked.get(index), after: places[index] }, { signal, mayRest: true }),
      ),
    );
  }

  /** What each node is asked for: where few stocks are named, those that it has; one node at least. */
  async #questions(
    question: MarketQuestion,
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<number, Pick<MarketQuestion, 'stocks'>>> {
    const { stocks = [] } = question;
    if (!areNamed(question)) return new Map(this.#nodes.readers.map((_, index) => [index, {}]));
    const asked = new Map<number, { readonly stocks: string[] }>();
    for (const stock of new Set(stocks)) {
      const index = await this.#nodeOf.of(stock, signal);
      const of = asked.get(index) ?? { stocks: [] };
      of.stocks.push(stock);
      asked.set(index, of);
    }
    if (asked.size === 0) return new Map([[0, { stocks: [] }]]);
    // Of one clock, nodes come in the same order whatever is named first.
    return new Map([...asked].sort(([a], [b]) => a - b));
  }
}

function countOf({ chunks }: MarketPart): number {
  return chunks.reduce((sum, { count }) => sum + count, 0);
}

/** The first ticks of all parts, and how many of each they are. */
function firstTicks(
  parts: readonly MarketPart[],
  limit: number,
): { readonly chunk: MarketChunk; readonly taken: readonly number[] } {
  const joiner = new MarketJoiner();
  const queues = parts.map(({ chunks }) => chunks.values());
  const taken = parts.map(() => 0);
  const heads = queues.map((queue) => startOf(queue.next().value));
  while (joiner.count < limit) {
    const first = firstHead(heads);
    const head = heads[first];
    if (head === undefined) break;
    joiner.add(head);
    taken[first] = (taken[first] ?? 0) + 1;
    const at = head.at + 1;
    heads[first] = at < head.chunk.count ? { chunk: head.chunk, at } : startOf(queues[first]?.next().value);
  }
  return { chunk: joiner.take(), taken };
}

/** No chunk is empty. */
function startOf(chunk: MarketChunk | undefined): { readonly chunk: MarketChunk; readonly at: number } | undefined {
  return chunk && { chunk, at: 0 };
}
