/** What to do when a dependency is not well, by a word in its name. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /feed/,
    'Some prices don’t come in, or none. See that Redis runs and that REDIS_URL leads to it; the subscriber tries again by itself.',
  ],
  [
    /log|spool/,
    'New ticks may be refused. Free disk space in DATA_DIR, or bring the database back so that what waits is stored.',
  ],
  [/live/, 'Prices are stored but not pushed. See that Centrifugo runs and that its API address and key are right.'],
  [/tail/, 'Answers reach only to the last flush. See that each subscriber runs and that the backend can reach it.'],
  [
    /store|database/,
    'Nothing is lost: ticks wait in the log and are stored when PostgreSQL is back. See that it runs and has disk space.',
  ],
];

const NAMES: Readonly<Record<string, string>> = {
  database: 'Database',
  sealed_blocks: 'Sealed days',
  tail: 'Newest ticks',
  subscriber_feed: 'Feed',
  subscriber_log: 'Message log',
  subscriber_store: 'Ingest',
  subscriber_live: 'Live push',
  subscriber_holes: 'Holes',
  subscriber_clock: 'Clock',
};

export function partName(key: string): string {
  return NAMES[key] ?? key.replaceAll('_', ' ').replace(/^\w/, (first) => first.toUpperCase());
}

export function adviceFor(key: string): string {
  return ADVICE.find(([pattern]) => pattern.test(key))?.[1] ?? 'See this part’s log.';
}
