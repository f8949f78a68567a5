import { setImmediate } from 'node:timers/promises';
import { MICROS_PER_DAY } from '@tickwatch/core';
import { BLOCK_COLUMNS } from '../../sealed/block-row.ts';
import type { Span } from '../queries/range.ts';
import type { Row } from '../read-pool.ts';
import type { Snapshot } from '../snapshot.ts';
import { Parameters } from '../sql/parameters.ts';
import type { Way } from '../sql/tick-order.ts';
import type { TickSource } from './merge-ticks.ts';
import { dayOf } from './tick-days.ts';
import { reversed, type TickSlice, within } from './tick-slice.ts';

/** Blocks that are fetched at first, and at most at once: half a megabyte. */
const FIRST_BLOCKS = 2;
const MOST_BLOCKS = 64;
/** Whoever has come to fetch so many at once will want the next ones, too: they come while these are unpacked. */
const READS_ON = 8;
/** Blocks that are unpacked with no look at what has come meanwhile. */
const AT_A_STRETCH = 8;

export interface BlockQuestion {
  readonly stock: string;
  readonly exchange: string;
  readonly span: Span;
  readonly way: Way;
  /** All of them will be read, so that small fetches at first would only take time. */
  readonly isAllWanted?: boolean;
}

/** The sealed ticks of a stock on an exchange, block by block. */
export class BlockSource implements TickSource {
  readonly #snapshot: Snapshot;
  readonly #question: BlockQuestion;
  #fetched: readonly Row[] = [];
  #at = 0;
  /** The next ones, on their way; `undefined`: not asked for. */
  #next: Promise<readonly Row[]> | undefined;
  #limit: number;
  #last: Row | undefined;
  #isAll = false;

  constructor(snapshot: Snapshot, question: BlockQuestion) {
    this.#snapshot = snapshot;
    this.#question = question;
    this.#limit = question.isAllWanted === true ? MOST_BLOCKS : FIRST_BLOCKS;
  }

  async next(): Promise<TickSlice | undefined> {
    const { span, way } = this.#question;
    for (;;) {
      if (this.#at === this.#fetched.length && !(await this.#fetch())) return undefined;
      // Lets the next ones come in.
      if (this.#next !== undefined && this.#at % AT_A_STRETCH === 0) await setImmediate();
      const block = this.#snapshot.blocks.open(this.#fetched[this.#at++] as Row, span.until);
      if (block === undefined) continue;
      const turned = way === 'asc' ? block : { ...block, ticks: reversed(block.ticks) };
      const slice = within(turned, span, way);
      if (slice.from < slice.until) return slice;
    }
  }

  async #fetch(): Promise<boolean> {
    if (this.#isAll) return false;
    const rows = await (this.#next ?? this.#ask());
    this.#next = undefined;
    this.#isAll = rows.length < this.#limit;
    this.#fetched = rows;
    this.#at = 0;
    this.#last = rows.at(-1);
    const readsOn = this.#limit >= READS_ON;
    this.#limit = Math.min(MOST_BLOCKS, 4 * this.#limit);
    if (readsOn && !this.#isAll) {
      this.#next = this.#ask();
      // Nobody may be there any more when it fails.
      this.#next.catch(() => {});
    }
    return rows.length > 0;
  }

  #ask(): Promise<readonly Row[]> {
    return this.#snapshot.rows(blocksStatement(this.#question, this.#last, this.#limit));
  }
}

/** A block lies within a day, so that the index alone finds those that reach into a span. */
function blocksStatement({ stock, exchange, span, way }: BlockQuestion, behind: Row | undefined, limit: number) {
  const parameters = new Parameters();
  const only = [
    `stock_name = ${parameters.add(stock, 'text')}`,
    `exchange_name = ${parameters.add(exchange, 'text')}`,
    ...spanConditions(parameters, span),
  ];
  if (behind !== undefined) {
    const time = parameters.time(Number(behind.first_time));
    const place = parameters.add(Number(behind.place), 'integer');
    const beyond = way === 'asc' ? '>' : '<';
    only.push(`first_time ${beyond}= ${time}`, `(first_time, place) ${beyond} (${time}, ${place})`);
  }
  const text = `SELECT ${BLOCK_COLUMNS} FROM sealed_blocks AS b WHERE ${only.join(' AND ')}
     ORDER BY b.first_time ${way}, b.place ${way} LIMIT ${parameters.add(limit, 'integer')}`;
  return { text, values: parameters.values, isRepeated: true };
}

/** SQL: of the blocks that reach into a span. */
function spanConditions(parameters: Parameters, { from, until }: Span): readonly string[] {
  return [
    ...(from < MICROS_PER_DAY
      ? []
      : [`first_time >= ${parameters.time(dayOf(from))}`, `last_time >= ${parameters.time(from)}`]),
    ...(until === Number.POSITIVE_INFINITY ? [] : [`first_time < ${parameters.time(until)}`]),
  ];
}
