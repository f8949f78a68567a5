import { MICROS_PER_DAY } from '@tickwatch/core';
import type { BenchRow } from '../bench-table.ts';
import type { BackendProcess } from '../ranges/backend-process.ts';
import { median } from './exports.ts';
import { FIRST_DAY } from './made-days.ts';

export interface QuestionParts {
  readonly unsealed: BackendProcess;
  readonly sealed: BackendProcess;
  readonly stocks: readonly string[];
  readonly days: number;
  /** Of each kind. */
  readonly questions: number;
}

const WARM_UP = 200;

/** What the same questions cost, asked in turns of two backends: one has the ticks sealed, one has them as they came. */
export async function questionRows(parts: QuestionParts): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [name, path] of Object.entries(kinds(parts.days))) {
    const [sealed, unsealed]: [number[], number[]] = [[], []];
    for (let i = -WARM_UP; i < parts.questions; i++) {
      const asked = path(parts.stocks[Math.abs(i) % parts.stocks.length] ?? '');
      const first = i % 2 === 0;
      if (first) unsealed.push(await parts.unsealed.ask(asked));
      sealed.push(await parts.sealed.ask(asked));
      if (!first) unsealed.push(await parts.unsealed.ask(asked));
      if (i < 0) [sealed.length, unsealed.length] = [0, 0];
    }
    const beside = { name: 'unsealed', value: median(unsealed) };
    rows.push({ question: `${name}, p50`, value: median(sealed), unit: 'ms', beside, goal: { atMost: 1.2 } });
  }
  return rows;
}

/** Ends of ranges fall anywhere, also within minutes. */
function kinds(days: number): Readonly<Record<string, (stock: string) => string>> {
  const first = Date.parse(FIRST_DAY);
  const day = MICROS_PER_DAY / 1000;
  const anywhere = (span: number): string => {
    const start = first + Math.floor(Math.random() * (days * day - span));
    return `start_time=${start}&end_time=${start + span}`;
  };
  return {
    'average over nearly everything': (stock) => `/api/average/${stock}?${anywhere(days * day - 3_600_000)}`,
    'average over a day': (stock) => `/api/average/${stock}?${anywhere(day / 2)}`,
    'average over an hour': (stock) => `/api/average/${stock}?${anywhere(3_600_000)}`,
    'candles of a day over everything': (stock) => `/api/candles/${stock}?interval=1d`,
    'candles of an hour over everything': (stock) => `/api/candles/${stock}?interval=1h`,
    '1000 points over everything': (stock) => `/api/prices/${stock}?points=1000`,
    'a page of 1000 prices': (stock) => `/api/prices/${stock}?limit=1000&${anywhere(day / 2)}`,
  };
}
