import { comparePrices } from '@tickwatch/core';
import { momentMissing } from '../moment/moment-missing.ts';
import type { BoardPage } from '../queries/board.ts';
import type { Board, BoardKey, BoardQuestion } from '../queries/board-question.ts';
import { compareStocks } from '../stock-order.ts';
import { joinPages } from './join-pages.ts';

/** The page of a board of which each node has the rows of its stocks. */
export function joinBoards(pages: readonly BoardPage[], question: BoardQuestion): Board {
  const { items, next } = joinPages(
    pages.map((page) => ({ items: page.rows, next: page.next })),
    question.limit,
    ({ row, value }) => ({ stock: row.stock, exchange: row.exchange, value }),
    boardOrder(question),
  );
  const facts = pages.flatMap((page) => page.facts ?? []);
  return {
    rows: items.map(({ row }) => row),
    next,
    sparklineFrom: pages[0]?.sparklineFrom ?? question.now,
    missing: question.isPast === true ? momentMissing(facts, question.now) : undefined,
  };
}

/** As the database sorts: by value, where there is none last, then by name; a board by name by that alone. */
function boardOrder({ sort, order }: BoardQuestion): (a: BoardKey, b: BoardKey) => number {
  const way = order === 'asc' ? 1 : -1;
  if (sort === 'name') return (a, b) => way * compareStocks(a, b);
  return (a, b) => {
    if (a.value === null || b.value === null) {
      if (a.value !== b.value) return a.value === null ? 1 : -1;
      return compareStocks(a, b);
    }
    return way * comparePrices(a.value, b.value) || compareStocks(a, b);
  };
}
