import type { BoardRow, LaneName } from '@tickwatch/core';
import { apiPath, getJson } from '../api/http.ts';
import type { StockRow } from './stock-row.ts';

/** Rows of a page: one answer fills a screen many times over, and is there in a blink. */
const PAGE_ROWS = 1000;
/** Characters of names that one address carries. */
const MAX_NAMES_LENGTH = 4000;

export interface BoardPage {
  readonly rows: readonly BoardRow[];
  readonly position: ReadonlyMap<LaneName, number> | undefined;
  /** Path of the next page. */
  readonly next: string | undefined;
}

/** Path of the first page of the whole board, by name. */
export function firstPage(timezone: string): string {
  return apiPath('/api/board', { timezone, limit: PAGE_ROWS });
}

export async function loadPage(path: string): Promise<BoardPage> {
  const { body, position, headers } = await getJson<readonly BoardRow[]>(path);
  return { rows: body, position, next: /<([^>]*)>; rel="next"/.exec(headers.get('link') ?? '')?.[1] };
}

/** Takes as many rows as one address may name out of a set. @returns them and the path that asks for them */
export function pageOf(wanted: Set<StockRow>, timezone: string): { path: string; rows: readonly StockRow[] } {
  const rows: StockRow[] = [];
  const names = new URLSearchParams({ timezone, limit: String(PAGE_ROWS) });
  for (const row of wanted) {
    if (rows.length > 0 && names.toString().length > MAX_NAMES_LENGTH) break;
    wanted.delete(row);
    rows.push(row);
    names.append('stocks', row.stock);
  }
  return { path: `/api/board?${names}`, rows };
}
