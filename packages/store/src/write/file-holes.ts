import { type EpochMicros, formatMicros, type SequencedTick } from '@tickwatch/core';
import { chunked, joinLines, type Placed } from './rejected-lines.ts';

/** Lines of a file that are no ticks, none of which has a tick between them and the others. */
export interface RejectedLines {
  /** So many of the portion's ticks stand in front of them. */
  readonly behindTicks: number;
  readonly count: number;
  readonly firstRow: number;
  readonly lastRow: number;
  /** `undefined`: it can't be read; they may be of any exchange of the file. */
  readonly exchange: string | undefined;
  /** `undefined`: not all can be read. */
  readonly stocks: readonly string[] | undefined;
  /** The first and the last of their times. `undefined`: not all can be read. */
  readonly times?: { readonly from: EpochMicros; readonly to: EpochMicros } | undefined;
}

/** A place beside rejected lines: the tick that stands there. */
interface Edge {
  readonly stock: string;
  readonly time: EpochMicros;
  readonly seq: number;
}

/** Where a portion ends, as `import_portions` keeps it. */
export interface FileTail {
  readonly last?: Edge | undefined;
  /** Of the file so far. */
  readonly exchanges: readonly string[];
  /** Lines behind the last tick; the hole that they are ends in a portion to come. */
  readonly open: readonly RejectedLines[];
}

/** In the detail of a hole that may be of any exchange of the file, or of any stock. */
export const EXCHANGE_UNREAD = ', of an exchange that is not read';
export const STOCK_UNREAD = ', of a stock that is not read';

export const NO_TAIL: FileTail = { exchanges: [], open: [] };

/** A row of `gaps`, of a file; times are RFC 3339. */
export interface FileHole {
  readonly exchange: string;
  readonly stocks: readonly string[] | null;
  readonly from: string;
  readonly to: string;
  /** The tick before and the tick behind, by their numbers; null: the file begins, or ends, there. */
  readonly from_seq: number | null;
  readonly to_seq: number | null;
  readonly messages: number;
  readonly detail: string;
}

/** A portion has at most about so many holes; beyond, neighbours become one. */
const MAX_HOLES = 1000;

/**
 * The holes that rejected lines are: each reaches from the tick before it to the tick behind it in the file. At the file's ends
 * there is only the one, and without any tick nothing is known of where they were.
 * @param ticks of the portion, in the file's order
 * @param before where the portion in front of it ends; its open lines are among the holes that come back
 */
export function fileHoles(
  ticks: readonly SequencedTick[],
  rejected: readonly RejectedLines[],
  before: FileTail,
): { readonly holes: readonly FileHole[]; readonly tail: FileTail } {
  const exchanges = [...new Set([...before.exchanges, ...ticks.map(({ exchange }) => exchange)])];
  const leading = joinLines([...before.open, ...rejected.filter(({ behindTicks }) => behindTicks === 0)]);
  const isOpen = ticks.length === 0;
  const trailing = isOpen ? leading : rejected.filter(({ behindTicks }) => behindTicks === ticks.length);
  const within = rejected.filter(({ behindTicks }) => behindTicks > 0 && behindTicks < ticks.length);
  const placed = (lines: RejectedLines, behind: number): Placed | readonly [] => {
    const edge = (index: number): Edge | undefined => (index < 0 ? before.last : ticks[index]);
    return place(lines, edge(behind - 1), edge(behind)) ?? [];
  };
  const places = [
    ...(isOpen ? [] : leading.flatMap((lines) => placed(lines, 0))),
    ...chunked(
      within.flatMap((lines) => placed(lines, lines.behindTicks)),
      MAX_HOLES,
    ),
    ...trailing.flatMap((lines) => placed(lines, ticks.length)),
  ];
  const holes = places.flatMap(({ lines, from, to, fromSeq, toSeq }) => {
    const named = lines.exchange === undefined ? exchanges : [lines.exchange];
    const bounds = { from: formatMicros(from), to: formatMicros(to), from_seq: fromSeq ?? null, to_seq: toSeq ?? null };
    return named.map((exchange) => ({ exchange, ...bounds, ...said(lines) }));
  });
  const last = edgeOf(ticks.at(-1)) ?? before.last;
  return { holes, tail: { last, exchanges, open: trailing.map((lines) => ({ ...lines, behindTicks: 0 })) } };
}

function edgeOf(tick: SequencedTick | undefined): Edge | undefined {
  return tick === undefined ? undefined : { stock: tick.stock, time: tick.time, seq: tick.seq };
}

/** @returns `undefined`: there is no tick beside them */
function place(lines: RejectedLines, before: Edge | undefined, behind: Edge | undefined): Placed | undefined {
  const times = timesOf(lines, before, behind);
  if (times.length === 0) return undefined;
  return {
    lines,
    from: Math.min(...times) as EpochMicros,
    to: Math.max(...times) as EpochMicros,
    fromSeq: before?.seq,
    toSeq: behind?.seq,
  };
}

/**
 * Times between which lines lie. Where time goes back from one tick to the next, another stock's ticks may begin, or the file is
 * in another order: there the lines' own times tell more than those of ticks of other stocks.
 */
function timesOf(
  { stocks, times }: RejectedLines,
  before: Edge | undefined,
  behind: Edge | undefined,
): readonly EpochMicros[] {
  const beside = [before, behind].flatMap((one) => one ?? []);
  if (before === undefined || behind === undefined || times === undefined) return beside.map(({ time }) => time);
  const isBack = before.time > behind.time;
  const same = beside.filter(({ stock }) => !isBack || (stocks?.length === 1 && stock === stocks[0]));
  return [times.from, times.to, ...same.map(({ time }) => time)];
}

function said(lines: RejectedLines): Pick<FileHole, 'stocks' | 'messages' | 'detail'> {
  const { count, firstRow, lastRow, exchange, stocks } = lines;
  const rows = firstRow === lastRow ? `line ${firstRow}` : `lines ${firstRow} to ${lastRow}`;
  const some = count < lastRow - firstRow + 1 ? `${count} of ${rows}` : rows;
  const unread = `${exchange === undefined ? EXCHANGE_UNREAD : ''}${stocks === undefined ? STOCK_UNREAD : ''}`;
  return { stocks: stocks ?? null, messages: count, detail: some + unread };
}

/** A tick that the database refused is a hole at its own time. */
export function refusedHole({ stock, exchange, time, seq }: SequencedTick, why: string): FileHole {
  const at = formatMicros(time);
  return { exchange, stocks: [stock], from: at, to: at, from_seq: seq, to_seq: seq, messages: 1, detail: why };
}
