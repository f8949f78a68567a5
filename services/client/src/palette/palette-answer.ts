import type { StockRow } from '../board/stock-row.ts';
import type { Command } from '../commands/commands.ts';
import { priceText } from '../format/number-text.ts';
import type { ZoneChoice } from '../format/zone.ts';
import { stockAddress } from '../route.ts';
import { bestOf, plain, type Rank, rankOf } from './rank.ts';
import type { FoundStocks, StockIndex } from './stock-index.ts';
import { type Subject, type TimeEntry, timeEntry } from './time-entries.ts';

/** Entries under one heading. */
export interface Group {
  readonly name: string;
  readonly entries: readonly Command[];
  /** How many more there are. */
  readonly more: number;
}

export interface PaletteAnswer {
  readonly groups: readonly Group[];
  /** What is wrong with what was typed, or what is missing. */
  readonly note: string | undefined;
}

export interface PaletteContext {
  readonly stocks: StockIndex;
  readonly commands: readonly Command[];
  /** So many of each heading are listed. */
  readonly most: number;
  /** Whether texts may be times. */
  readonly times: boolean;
  /** The stock whose page is open, or was last. */
  readonly subject: Subject | undefined;
  readonly zone: ZoneChoice;
  readonly nowMs: number;
  readonly go: (address: string) => void;
}

const MOST_STOCKS = 30;
/** So many stocks are offered at a time that stands behind the beginning of a name. */
const MOST_SUBJECTS = 5;
/** A text that reads as a time means one, unless a stock or a command is called so. */
const TIME_RANK = 0.5;

type Ranked = Group & { readonly rank: Rank };

/** What there is for a text, the likeliest first. */
export function answerTo(text: string, context: PaletteContext): PaletteAnswer {
  const typed = text.trim();
  if (typed === '') {
    const usual = context.commands.filter((command) => command.rare !== true);
    return { groups: commandGroups(usual, [], context.most), note: undefined };
  }
  const found = context.stocks.find(typed, MOST_STOCKS);
  const times = timesFor(typed, context);
  const groups = [
    ...stockGroup(found, context),
    ...times.groups,
    ...commandGroups(context.commands, plain(typed).split(/\s+/), context.most),
  ].sort((a, b) => a.rank - b.rank);
  return { groups, note: times.note ?? (groups.length === 0 ? `Nothing is called “${typed}”` : undefined) };
}

function stockGroup({ rows, count, rank, near }: FoundStocks, context: PaletteContext): readonly Ranked[] {
  if (rank === undefined) return [];
  const entries = rows.map((row) => stockEntry(row, context));
  return [{ name: near ? 'Stocks with names like it' : 'Stocks', entries, more: count - rows.length, rank }];
}

function stockEntry(row: StockRow, { go, stocks }: PaletteContext): Command {
  const price = Number.isNaN(row.price) ? '' : ` · ${priceText(row.price, row.digits)}`;
  return {
    id: `stock/${row.key}`,
    title: row.stock,
    group: 'Stocks',
    hint: `${row.exchange}${price}`,
    run: () => go(addressOf(row, stocks)),
  };
}

function addressOf(row: StockRow, stocks: StockIndex): string {
  return stockAddress(row.stock, subjectOf(row, stocks).exchange);
}

function subjectOf(row: StockRow, stocks: StockIndex): Subject {
  const several = stocks.exactly(row.stock).filter(({ stock }) => stock === row.stock).length > 1;
  return { stock: row.stock, exchange: several ? row.exchange : undefined };
}

/** A time on the open stock, or behind a stock's name on that one: `15m`, `AAPL yesterday 15:00`. */
function timesFor(
  typed: string,
  context: PaletteContext,
): { readonly groups: readonly Ranked[]; readonly note: string | undefined } {
  if (!context.times) return { groups: [], note: undefined };
  const alone = timeEntry(typed, context.zone, context.nowMs);
  if (alone?.is === 'unclear') return { groups: [], note: `${alone.why}.` };
  if (alone !== undefined) {
    if (context.subject !== undefined)
      return { groups: [timeGroup(alone.entry, [context.subject], context)], note: undefined };
    return { groups: [], note: `Name a stock before it, as in “AAPL ${typed}”.` };
  }
  for (let at = typed.indexOf(' '); at > 0; at = typed.indexOf(' ', at + 1)) {
    const time = timeEntry(typed.slice(at + 1), context.zone, context.nowMs);
    if (time === undefined) continue;
    const subjects = subjectsFor(typed.slice(0, at), context);
    if (subjects.length === 0) continue;
    if (time.is === 'unclear') return { groups: [], note: `${time.why}.` };
    return { groups: [timeGroup(time.entry, subjects, context)], note: undefined };
  }
  return { groups: [], note: undefined };
}

function subjectsFor(name: string, { stocks }: PaletteContext): readonly Subject[] {
  const exact = stocks.exactly(name);
  const rows = exact.length > 0 ? exact : stocks.find(name, MOST_SUBJECTS).rows;
  return rows.map((row) => subjectOf(row, stocks));
}

function timeGroup(entry: TimeEntry, subjects: readonly Subject[], { go }: PaletteContext): Ranked {
  const entries = subjects.map((subject) => ({
    id: `${entry.id}/${subject.stock}/${subject.exchange ?? ''}`,
    title: `${subject.stock}: ${entry.title}`,
    group: 'Times',
    ...(subject.exchange === undefined ? {} : { hint: subject.exchange }),
    run: () => go(entry.addressOf(subject)),
  }));
  return { name: 'Times', entries, more: 0, rank: TIME_RANK };
}

/** Commands under their headings, in the order in which headings come up. */
function commandGroups(commands: readonly Command[], words: readonly string[], most: number): readonly Ranked[] {
  const names = [...new Set(commands.map(({ group }) => group))];
  return names.flatMap((name) => {
    const own = commands.filter(({ group }) => group === name);
    const { best, count, rank } = bestOf(own, (command) => rankOfCommand(command, words), most);
    return rank === undefined ? [] : [{ name, entries: best, more: count - best.length, rank }];
  });
}

function rankOfCommand({ title, group, words: others = [] }: Command, words: readonly string[]): Rank | undefined {
  const ranks = [title, ...others].flatMap((text) => rankOf(plain(text), words) ?? []);
  // "settings dark": the heading may be named, too.
  const together = ranks.length > 0 ? undefined : rankOf(plain([group, title, ...others].join(' ')), words);
  return together ?? (ranks.length === 0 ? undefined : Math.min(...ranks));
}
