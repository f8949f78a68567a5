import { momentParts } from '../moment/moment-parts.ts';
import { droppedPart, type MomentSpan } from '../moment/moment-span.ts';
import { askOpenBuckets } from '../moment/open-buckets.ts';
import type { TickPart } from '../moment/part.ts';
import type { Snapshot } from '../snapshot.ts';
import type { SparkSpan } from '../sql/board.ts';
import { Parameters } from '../sql/parameters.ts';
import type { BoardQuestion } from './board-question.ts';
import type { Span } from './range.ts';

interface PastSpans {
  readonly span: MomentSpan;
  /** The minute that ticks are counted of. */
  readonly rate: Span;
  readonly spark: SparkSpan;
}

/** Of the stocks that can be on a page of the board as it stood, the ticks that rollups before the moment's cut don't tell. */
export async function pastParts(
  snapshot: Snapshot,
  question: BoardQuestion,
  { span, rate, spark }: PastSpans,
): Promise<readonly TickPart[]> {
  const wanted: readonly Span[] = [rate, ...(spark.width === 'minute' ? [spark] : [])];
  const until = span.moment + 1;
  const dropped = wanted.flatMap(
    (minutes) => droppedPart({ ...minutes, until: Math.min(minutes.until, until) }, span.noMinutes) ?? [],
  );
  const minutesFrom = Math.min(Number.POSITIVE_INFINITY, ...dropped.map(({ from }) => from));
  const from = Math.min(span.cut, minutesFrom);
  const days = [question.day, ...(question.ownDays?.values() ?? [])].map((day) => day.from);
  const takesWhole = days.every((day) => day <= span.cut || day > span.moment);
  const parameters = new Parameters();
  const keys = keysSql(parameters, question, from);
  const open = await askOpenBuckets(snapshot, keys, parameters, { span, from, takesWhole });
  return await momentParts(snapshot, open, {
    span,
    from,
    minutesFrom,
    bounds: [span.cut, ...days, ...boundsOf(dropped, spark), ...edgesOf(span, wanted)],
  });
}

/** Where the minutes begin that single ticks tell; one by one where each has a place in the sparkline. */
function boundsOf(dropped: readonly Span[], spark: SparkSpan): readonly number[] {
  const bounds = dropped.flatMap(({ from, until }) => [from, until]);
  if (spark.width === 'minute' && dropped.length > 0) {
    for (let at = spark.from; at < spark.until; at += spark.step) bounds.push(at);
  }
  return bounds;
}

function edgesOf({ noMinutes }: MomentSpan, wanted: readonly Span[]): readonly number[] {
  return [
    ...wanted.flatMap(({ from, until }) => [from, until]),
    ...(noMinutes === undefined ? [] : [noMinutes.from, noMinutes.until]),
  ];
}

/** SQL: the stocks of the database that can be on a page. In any order but that of names each may be. */
function keysSql(
  parameters: Parameters,
  { exchange, stocks, sort, order, limit, after, now }: BoardQuestion,
  from: number,
): string {
  const name = (text: string): string => `${parameters.add(text, 'text')} COLLATE "C"`;
  const byName = sort === 'name';
  const wanted = [
    `first_time <= ${parameters.time(now)}`,
    ...(exchange === undefined ? [] : [`exchange_name = ${name(exchange)}`]),
    ...(stocks === undefined ? [] : [`stock_name = ANY (${parameters.add(stocks, 'text[]')})`]),
    ...(byName && after !== undefined
      ? [`(stock_name, exchange_name) ${order === 'asc' ? '>' : '<'} (${name(after.stock)}, ${name(after.exchange)})`]
      : []),
  ];
  const page = byName
    ? `ORDER BY stock_name ${order}, exchange_name ${order} LIMIT ${parameters.add(limit + 1, 'integer')}`
    : '';
  return `SELECT stock_name, exchange_name FROM (SELECT * FROM stock_totals WHERE ${wanted.join(' AND ')} ${page}) AS page
    WHERE last_time >= ${parameters.time(from)}`;
}
