import { setImmediate } from 'node:timers/promises';
import { MICROS_PER_DAY } from '@tickwatch/core';
import pg from 'pg';
import { COPIED_COLUMNS, readCopiedBlock } from '../../sealed/copied-block.ts';
import type { SealedBlock } from '../../sealed/sealed-block.ts';
import type { BinaryCopy } from '../binary-copy.ts';
import type { Span } from '../queries/range.ts';
import { translateReadError } from '../read-errors.ts';
import type { Snapshot } from '../snapshot.ts';
import { timeText } from '../sql/parameters.ts';
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
  #copy: BinaryCopy | undefined;
  /** Blocks that the copy may bring. */
  #limit = 0;
  #fetched: readonly Buffer[] = [];
  #at = 0;
  #last: SealedBlock | undefined;

  constructor(snapshot: Snapshot, question: BlockQuestion) {
    this.#snapshot = snapshot;
    this.#question = question;
  }

  async next(): Promise<TickSlice | undefined> {
    const { span, way } = this.#question;
    for (;;) {
      if (this.#at === this.#fetched.length && !(await this.#fetch())) return undefined;
      // Lets the next ones come in.
      if (this.#at > 0 && this.#at % AT_A_STRETCH === 0) await setImmediate();
      const block = readCopiedBlock(this.#fetched[this.#at++] as Buffer);
      const slice = this.#snapshot.blocks.unpack(block, span.until, false);
      if (slice === undefined) continue;
      const turned = way === 'asc' ? slice : { ...slice, ticks: reversed(slice.ticks) };
      const cut = within(turned, span, way);
      if (cut.from < cut.until) return cut;
    }
  }

  async #fetch(): Promise<boolean> {
    this.#copy ??= this.#ask();
    const rows = await this.#copy.take().catch((error: unknown) => {
      throw translateReadError(error);
    });
    const last = rows.at(-1);
    if (last === undefined) return false;
    this.#fetched = rows;
    this.#at = 0;
    this.#last = readCopiedBlock(last);
    if (this.#copy.count === this.#limit) this.#copy = this.#limit < READS_ON ? undefined : this.#ask();
    return true;
  }

  #ask(): BinaryCopy {
    const isMuch = this.#limit > 0 || this.#question.isAllWanted === true;
    this.#limit = isMuch ? Math.min(MOST_BLOCKS, 4 * (this.#limit || MOST_BLOCKS)) : FIRST_BLOCKS;
    return this.#snapshot.copied(copyText(this.#question, this.#last, this.#limit));
  }
}

/**
 * A block lies within a day, so that the index alone finds those that reach into a span. It also has their order: of those that
 * begin at the same time, all but the last one end then, too.
 */
function copyText({ stock, exchange, span, way }: BlockQuestion, behind: SealedBlock | undefined, limit: number) {
  const only = [
    `stock_name = ${pg.escapeLiteral(stock)}`,
    `exchange_name = ${pg.escapeLiteral(exchange)}`,
    ...spanConditions(span),
  ];
  if (behind !== undefined) {
    const [first, last] = [timeLiteral(behind.firstTime), timeLiteral(behind.lastTime)];
    const beyond = way === 'asc' ? '>' : '<';
    only.push(
      `first_time ${beyond}= ${first}`,
      `(first_time, last_time, place) ${beyond} (${first}, ${last}, ${behind.place})`,
    );
  }
  return `COPY (SELECT ${COPIED_COLUMNS} FROM sealed_blocks WHERE ${only.join(' AND ')}
     ORDER BY first_time ${way}, last_time ${way}, place ${way} LIMIT ${limit}) TO STDOUT (FORMAT binary)`;
}

/** SQL: of the blocks that reach into a span. */
function spanConditions({ from, until }: Span): readonly string[] {
  return [
    ...(from < MICROS_PER_DAY
      ? []
      : [`first_time >= ${timeLiteral(dayOf(from))}`, `last_time >= ${timeLiteral(from)}`]),
    ...(until === Number.POSITIVE_INFINITY ? [] : [`first_time < ${timeLiteral(until)}`]),
  ];
}

function timeLiteral(micros: number): string {
  return `timestamptz '${timeText(micros)}'`;
}
