import assert from 'node:assert/strict';
import { type Average, type CalendarOf, type Hole, parseTime } from '@tickwatch/core';
import { type CoverageRow, forgetHoles, insertCoverage, rangeOf } from './holes-kit.ts';
import { commit, Tail } from './market.ts';
import { listenBackend, type TestBackend } from './test-backend.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';
import { openReader } from './test-reader.ts';

/** The API on a database with some ticks, with a subscriber's memory beside it. */
export interface HolesApi extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly tail: Tail;
  readonly api: TestBackend;
  /** Nothing is missing but what this coverage lacks. */
  forget(coverage: readonly CoverageRow[]): Promise<void>;
}

export async function startHolesApi(ticks: Parameters<typeof commit>[1], calendarOf: CalendarOf): Promise<HolesApi> {
  const database = await startTestDatabase();
  await commit(database.client, ticks);
  const tail = new Tail();
  const reader = openReader(database.url, [tail], { calendarOf, tailRestMs: 0 });
  const api = await listenBackend(reader);
  return {
    database,
    tail,
    api,
    async forget(coverage) {
      await forgetHoles(database.client);
      await insertCoverage(database.client, coverage);
      tail.holes = [];
      tail.fault = undefined;
    },
    async [Symbol.asyncDispose]() {
      await api[Symbol.asyncDispose]();
      await reader[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

interface AverageQuestion {
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** Further parameters, `&exchange=NYSE`. */
  readonly more: string;
  readonly stock: string;
}

/** What an average says it lacks; all that it says of it has to agree. */
export async function averageHoles(api: TestBackend, question: AverageQuestion): Promise<readonly Hole[]> {
  const { from, to, more, stock } = question;
  const answer = await api.get(`/api/average/${stock}?${rangeOf(from, to)}${more}`);
  const body = (await answer.json()) as Average;
  assert.equal(answer.headers.get('x-complete'), String(body.complete));
  assert.equal(body.complete, body.holes.length === 0);
  return body.holes;
}

/** `NASDAQ 60..120 refused 3`: in seconds from a moment, µs. */
export function shortHoles(holes: readonly Hole[], zero: number): readonly string[] {
  const second = (text: string | null): string => (text === null ? '' : String(((parseTime(text) ?? 0) - zero) / 1e6));
  return holes.map(({ exchange_name: name, from_time: from, to_time: to, reason, messages }) => {
    return `${name} ${second(from)}..${second(to)} ${reason}${messages === null ? '' : ` ${messages}`}`;
  });
}
