import type { Ledger } from '@tickwatch/core';
import type { Subscriber } from '@tickwatch/subscriber';
import type { Status } from './terminal/status-text.ts';

export interface StatusParts {
  readonly subscriber: Pick<Subscriber, 'ledger'>;
  /** How many are connected; `undefined`: nobody knows here. */
  readonly viewers: () => number | undefined;
  readonly address: string;
}

/** Reads, each time, what the last line of the terminal shows: the pace since the time before. Asks nobody else. */
export function statusSource({ subscriber, viewers, address }: StatusParts): () => Promise<Status> {
  let before: { readonly received: number; readonly at: number } | undefined;
  return async () => {
    const ledger = JSON.parse(await subscriber.ledger.ledger()) as Ledger;
    const { received, stored, waiting } = ledger.total;
    const at = performance.now();
    const ticksPerSecond = before === undefined ? 0 : ((received - before.received) / (at - before.at)) * 1000;
    before = { received, at };
    return { ticksPerSecond, stored, waiting, viewers: viewers(), address, away: awayIn(ledger) };
  };
}

function awayIn({ leadership, feed, live }: Ledger): readonly string[] {
  return [
    ...(leadership === 'store-away' ? ['database'] : []),
    ...(feed.state === 'connected' ? [] : ['feed']),
    ...(live.state === 'up' ? [] : ['live server']),
  ];
}
