import { type BoardRow, type LaneName, parseTime, SPARKLINE_FROM_HEADER } from '@tickwatch/core';
import { apiPath, getJson, type Parameters } from '../api/http.ts';
import { nextPath } from '../api/next-page.ts';
import type { StockRow } from './stock-row.ts';

/** Rows of the first pages: many screens full, and there in a blink. */
const FIRST_ROWS = 1000;
const SCREEN_ROWS = 100;
/** Of a page behind them: fewer answers take less time. */
const MORE_ROWS = 5000;
/** Characters of names that one address carries. */
const MAX_NAMES_LENGTH = 4000;

/** Which rows the board shows first, as the API can sort them. */
export interface BoardLead {
  readonly sort?: 'name' | 'price' | 'time' | 'change' | 'change_percent' | undefined;
  readonly descending?: boolean | undefined;
  readonly exchange?: string | undefined;
  /** Only these, as of a watchlist. */
  readonly stocks?: readonly string[] | undefined;
}

export interface BoardPage {
  readonly rows: readonly BoardRow[];
  readonly position: ReadonlyMap<LaneName, number> | undefined;
  /** What it is as of, epoch µs; undefined: it is of now. */
  readonly moment: number | undefined;
  /** When the sparklines begin, epoch µs. */
  readonly sparkFrom: number | undefined;
  /** Path of the next page. */
  readonly next: string | undefined;
}

/** Figures as a closed board has them, and sparklines of the last quarter of an hour. */
function figures(timezone: string): Parameters {
  return { timezone, day: 'last', sparkline: 'minutes' };
}

/** Path of the first page of the whole board, by name. */
export function firstPage(timezone: string): string {
  return apiPath('/api/board', { ...figures(timezone), limit: FIRST_ROWS });
}

/** Path of the rows that are in view at first; undefined: the first page has them. */
export function leadPage(timezone: string, lead: BoardLead): string | undefined {
  const { sort, descending = false, exchange, stocks } = lead;
  const isFirst = sort === undefined || (sort === 'name' && !descending);
  if (isFirst && exchange === undefined && stocks === undefined) return undefined;
  const order = sort === undefined ? undefined : descending ? 'desc' : 'asc';
  const path = apiPath('/api/board', { ...figures(timezone), limit: SCREEN_ROWS, sort, order, exchange });
  const names = new URLSearchParams();
  for (const stock of stocks ?? []) if (names.toString().length < MAX_NAMES_LENGTH) names.append('stocks', stock);
  return names.size === 0 ? path : `${path}&${names}`;
}

export async function loadPage(path: string, signal?: AbortSignal): Promise<BoardPage> {
  const { body, position, moment, headers } = await getJson<readonly BoardRow[]>(path, {}, signal);
  const next = nextPath(headers);
  return {
    rows: body,
    position,
    moment,
    sparkFrom: parseTime(headers.get(SPARKLINE_FROM_HEADER) ?? ''),
    next: next?.replace(/\blimit=\d+/, `limit=${MORE_ROWS}`),
  };
}

/** The whole board by pages. The next page is asked for before this one is taken, so that the server works meanwhile. */
export async function* boardPages(timezone: string, signal: AbortSignal): AsyncGenerator<BoardPage> {
  for (let ahead: Promise<BoardPage> | undefined = loadPage(firstPage(timezone), signal); ahead !== undefined; ) {
    const page: BoardPage = await ahead;
    ahead = page.next === undefined ? undefined : loadPage(page.next, signal);
    // Told where it is awaited; until then it is nobody's.
    ahead?.catch(() => {});
    yield page;
  }
}

/** Takes as many rows as one address may name out of a set. @returns them and the path that asks for them */
export function pageOf(wanted: Set<StockRow>, timezone: string): { path: string; rows: readonly StockRow[] } {
  const rows: StockRow[] = [];
  const names = new URLSearchParams();
  for (const row of wanted) {
    if (rows.length > 0 && names.toString().length > MAX_NAMES_LENGTH) break;
    wanted.delete(row);
    rows.push(row);
    names.append('stocks', row.stock);
  }
  return { path: `${apiPath('/api/board', { ...figures(timezone), limit: FIRST_ROWS })}&${names}`, rows };
}

/** How many stocks the API knows of: more than the board has tells of a new one. It costs the server a few ms at 20,000. */
export async function countStocks(): Promise<number> {
  return (await getJson<{ readonly count: number }>('/api/stocks/count')).body.count;
}
