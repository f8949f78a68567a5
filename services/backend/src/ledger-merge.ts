import { exchangeOf, type LaneLedgerEntry, type Ledger, type LedgerEntry } from '@tickwatch/core';

/** Who is believed about a lane, the best first: whoever leads it, else whoever keeps what arrives. */
const BELIEVED = ['leading', 'draining', 'leaving', 'doubtful', 'unknown', 'following'] as const;
const LEADERSHIPS = ['leader', 'store-away', 'starting', 'follower'] as const;
const COUNTS = ['received', 'stored', 'rejected', 'refused', 'lost', 'waiting'] as const;
const HEALTHY = ['connected', 'up'];

/**
 * The ledgers of several subscribers as one. What each of them stored, rejected, refused or lost of a lane is its own and
 * adds up; what waits is counted where the lane is led, because others may hold the same ticks.
 */
export function mergeLedgers(ledgers: readonly [Ledger, ...Ledger[]]): Ledger {
  const [first, ...others] = ledgers;
  const names = [...new Set(ledgers.flatMap((ledger) => Object.keys(ledger.lanes)))].sort();
  const lanes = new Map(names.map((lane) => [lane, mergeLane(ledgers.flatMap((ledger) => ledger.lanes[lane] ?? []))]));
  const exchanges = [...new Set(names.map(exchangeOf))].map((exchange) => {
    const own = [...lanes].filter(([lane]) => exchangeOf(lane) === exchange);
    return [exchange, sumCounts(own.map(([, counts]) => counts))] as const;
  });
  return {
    since: others.reduce((since, ledger) => (ledger.since < since ? ledger.since : since), first.since),
    time: others.reduce((time, ledger) => (ledger.time > time ? ledger.time : time), first.time),
    exchanges: Object.fromEntries(exchanges),
    lanes: Object.fromEntries(lanes),
    total: sumCounts([...lanes.values()]),
    oldest_waiting_seconds: Math.max(...ledgers.map((ledger) => ledger.oldest_waiting_seconds)),
    leadership: LEADERSHIPS.find((state) => ledgers.some((ledger) => ledger.leadership === state)) ?? first.leadership,
    feed: {
      ...worst(
        first.feed,
        others.map(({ feed }) => feed),
      ),
      lanes: Object.assign({}, ...ledgers.map(({ feed }) => feed.lanes)),
    },
    log: others.reduce((log, ledger) => mergeLogs(log, ledger.log), first.log),
    live: others.reduce((live, ledger) => mergeLive(live, ledger.live), first.live),
    clock: others.reduce((clock, ledger) => mergeClocks(clock, ledger.clock), first.clock),
    handed_over: ledgers.reduce((sum, ledger) => sum + ledger.handed_over, 0),
  };
}

function mergeLane(entries: readonly LaneLedgerEntry[]): LaneLedgerEntry {
  const rank = ({ state }: LaneLedgerEntry): number => BELIEVED.indexOf(state);
  const [believed] = entries.toSorted((a, b) => rank(a) - rank(b) || b.waiting - a.waiting);
  const { waiting = 0, state = 'unknown' } = believed ?? {};
  const sum = sumCounts(entries);
  return { ...sum, received: sum.received - sum.waiting + waiting, waiting, state };
}

function sumCounts(entries: readonly LedgerEntry[]): LedgerEntry {
  const sum = { received: 0, stored: 0, rejected: 0, refused: 0, lost: 0, waiting: 0 };
  for (const entry of entries) for (const name of COUNTS) sum[name] += entry[name];
  return sum;
}

function worst<T extends { readonly state: string }>(first: T, others: readonly T[]): T {
  return [first, ...others].find(({ state }) => !HEALTHY.includes(state)) ?? first;
}

function mergeLogs(a: Ledger['log'], b: Ledger['log']): Ledger['log'] {
  return {
    messages: a.messages + b.messages,
    bytes: a.bytes + b.bytes,
    max_bytes: a.max_bytes === null || b.max_bytes === null ? null : a.max_bytes + b.max_bytes,
    problem: a.problem ?? b.problem,
  };
}

function mergeLive(a: Ledger['live'], b: Ledger['live']): Ledger['live'] {
  return {
    ...worst(a, [b]),
    accepted: a.accepted + b.accepted,
    sent: a.sent + b.sent,
    conflated: a.conflated + b.conflated,
    waiting: a.waiting + b.waiting,
  };
}

/** Of two machines' clocks, or twice of the same, the one that was set last. */
function mergeClocks(a: Ledger['clock'], b: Ledger['clock']): Ledger['clock'] {
  return (b.last_step_at ?? '') > (a.last_step_at ?? '') ? b : a;
}
