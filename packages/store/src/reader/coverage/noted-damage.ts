import type { EpochMicros } from '@tickwatch/core';
import { damageText } from '../../sealed/damaged-block-error.ts';
import type { Span } from '../queries/range.ts';
import type { Row } from '../read-pool.ts';
import type { Snapshot } from '../snapshot.ts';
import { Parameters, timeText } from '../sql/parameters.ts';
import type { Statement } from '../statement.ts';
import type { DamagedBlock } from '../ticks/damaged-blocks.ts';

/** A block that is damaged now, and what is to be said of it. */
export interface NotedDamage extends DamagedBlock {
  readonly detail: string;
}

export interface DamageQuestion {
  readonly span: Span;
  readonly stock?: string | undefined;
  readonly exchange?: string | undefined;
  /** Blocks that begin before it are left out; µs. */
  readonly from?: number | undefined;
}

/** The order in which they come is that of these. */
const KEY = 'first_time, stock_name, exchange_name, last_time, place';
const NOTES_AT_ONCE = 500;

/**
 * The damaged blocks that reach into a span, in the order of their first times: those that anybody noted and those that this
 * process has met. Each is looked at again, so that what was mended is told no longer; no other block is read.
 */
export async function* notedDamage(snapshot: Snapshot, question: DamageQuestion): AsyncGenerator<NotedDamage, void> {
  const { sealedUntil } = snapshot.head;
  if (sealedUntil === undefined || question.span.from >= sealedUntil) return;
  for (let behind: Row | undefined; ; ) {
    const rows = await snapshot.rows(notesStatement(snapshot, question, behind));
    for (const row of rows) if (row.why !== null) yield readDamage(row);
    behind = rows.at(-1);
    if (rows.length < NOTES_AT_ONCE) return;
  }
}

/** As {@link notedDamage}, the first so many. */
export async function firstDamage(
  snapshot: Snapshot,
  question: DamageQuestion,
  most: number,
): Promise<readonly NotedDamage[]> {
  const found: NotedDamage[] = [];
  if (most === 0) return found;
  for await (const one of notedDamage(snapshot, question)) {
    found.push(one);
    if (found.length === most) break;
  }
  return found;
}

function notesStatement(snapshot: Snapshot, question: DamageQuestion, behind: Row | undefined): Statement {
  const { span, stock, exchange, from } = question;
  const parameters = new Parameters();
  const only = [`last_time >= ${parameters.time(span.from)}`];
  if (span.until !== Number.POSITIVE_INFINITY) only.push(`first_time < ${parameters.time(span.until)}`);
  if (from !== undefined) only.push(`first_time >= ${parameters.time(from)}`);
  if (stock !== undefined) only.push(`stock_name = ${parameters.add(stock, 'text')}`);
  if (exchange !== undefined) only.push(`exchange_name = ${parameters.add(exchange, 'text')}`);
  if (behind !== undefined) only.push(`(${KEY}) > (${keySql(parameters, behind)})`);
  const met = snapshot.blocks.known.all();
  const list = (of: (block: DamagedBlock) => unknown, type: string): string => parameters.add(met.map(of), type);
  const noted = [`SELECT ${KEY} FROM damaged_blocks`];
  if (met.length > 0) {
    noted.push(`SELECT first_time, stock_name COLLATE "C", exchange_name COLLATE "C", last_time, place FROM unnest(
      ${list(({ firstTime }) => timeText(firstTime), 'timestamptz[]')}, ${list((block) => block.stock, 'text[]')},
      ${list((block) => block.exchange, 'text[]')}, ${list(({ lastTime }) => timeText(lastTime), 'timestamptz[]')},
      ${list(({ place }) => place, 'integer[]')}) AS met (${KEY})`);
  }
  const text = `
    SELECT n.stock_name, n.exchange_name, unix_micros(n.first_time) AS "from",
           unix_micros(n.last_time) AS "to", n.place, b.count, b.why
      FROM (SELECT * FROM (${noted.join(' UNION ')}) AS known WHERE ${only.join(' AND ')}
             ORDER BY ${KEY} LIMIT ${NOTES_AT_ONCE}) AS n
      LEFT JOIN LATERAL (
        SELECT b.count, block_damage(b) AS why FROM sealed_blocks AS b
         WHERE b.stock_name = n.stock_name AND b.first_time = n.first_time AND b.last_time = n.last_time
           AND b.exchange_name = n.exchange_name AND b.place = n.place) AS b ON true
     ORDER BY n.first_time, n.stock_name, n.exchange_name, n.last_time, n.place`;
  return { text, values: parameters.values };
}

function keySql(parameters: Parameters, row: Row): string {
  return [
    parameters.time(Number(row.from)),
    parameters.add(row.stock_name, 'text'),
    parameters.add(row.exchange_name, 'text'),
    parameters.time(Number(row.to)),
    parameters.add(Number(row.place), 'integer'),
  ].join(', ');
}

/** What a block says of itself may be damaged, too. */
function readDamage(row: Row): NotedDamage {
  const block = {
    stock: row.stock_name ?? '',
    exchange: row.exchange_name ?? '',
    firstTime: Number(row.from) as EpochMicros,
    lastTime: Math.max(Number(row.from), Number(row.to)) as EpochMicros,
    place: Number(row.place),
    count: Math.max(0, Number(row.count)),
  };
  return { ...block, detail: damageText(block, row.why ?? '') };
}
