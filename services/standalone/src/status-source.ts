import type { Ledger } from '@tickwatch/core';
import type { Readiness } from '@tickwatch/runtime';
import type { Subscriber } from '@tickwatch/subscriber';
import type { Status } from './terminal/status-text.ts';

export interface StatusParts {
  readonly subscriber: Pick<Subscriber, 'ledger' | 'readiness'>;
  /** What every dependency says, the database asked just now. */
  readonly readiness: () => Promise<Readiness>;
  readonly viewers: () => number | undefined;
  readonly address: string;
}

export interface StatusSource {
  /** What is away now; asks the database. */
  away(): Promise<readonly string[]>;
  /** The state since the last time it was read; asks nobody. */
  read(): Promise<Status>;
}

/** What people call a dependency that is not well; others are told as warnings. */
const NAMES: Readonly<Record<string, string>> = {
  database: 'database',
  store: 'database',
  subscriber_feed: 'feed',
  feed: 'feed',
  subscriber_live: 'Centrifugo',
  live: 'Centrifugo',
};

/** What the last line of the terminal shows. */
export function statusSource({ subscriber, readiness, viewers, address }: StatusParts): StatusSource {
  let before: { readonly received: number; readonly at: number } | undefined;
  return {
    away: async () => awayIn(await readiness()),
    async read() {
      const { total } = JSON.parse(await subscriber.ledger.ledger()) as Ledger;
      const at = performance.now();
      const seconds = before === undefined ? 0 : (at - before.at) / 1000;
      const ticksPerSecond = before === undefined ? 0 : (total.received - before.received) / seconds;
      before = { received: total.received, at };
      const { stored, waiting } = total;
      return { ticksPerSecond, stored, waiting, viewers: viewers(), address, away: awayIn(subscriber.readiness()) };
    },
  };
}

function awayIn(readiness: Readiness): readonly string[] {
  const bad = Object.entries(readiness).filter(([, { ok }]) => !ok);
  return [...new Set(bad.flatMap(([name]) => NAMES[name] ?? []))];
}
