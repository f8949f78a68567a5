/** What became of ticks, as `GET /ledger` of a subscriber says it. */
export interface LedgerCounts {
  readonly received: number;
  readonly stored: number;
  readonly rejected: number;
  readonly refused: number;
  readonly lost: number;
  readonly waiting: number;
}

const NAMES = ['received', 'stored', 'rejected', 'refused', 'lost', 'waiting'] as const;

export interface LaneReport extends LedgerCounts {
  readonly state: string;
}

export interface LedgerReport {
  readonly exchanges: Readonly<Record<string, LedgerCounts>>;
  readonly lanes: Readonly<Record<string, LaneReport>>;
  readonly total: LedgerCounts;
  readonly leadership: 'leader' | 'follower' | 'starting' | 'store-away';
  readonly feed: {
    readonly kind: 'pubsub' | 'stream' | 'nats' | 'kafka' | 'in-process';
    readonly state: string;
    /** Only those that are not connected. */
    readonly lanes?: Readonly<Record<string, { readonly state: string; readonly error?: string }>>;
  };
  readonly log: { readonly messages: number; readonly bytes: number; readonly problem?: string | null };
  readonly clock: {
    readonly steps: number;
    readonly last_step_seconds: number | null;
    readonly last_step_at: string | null;
  };
  /** Ticks that it waited with and that another subscriber was left to store. */
  readonly handed_over: number;
}

/** What in a report does not add up, in words. */
export function imbalances({ exchanges, lanes, total }: LedgerReport): readonly string[] {
  return [...Object.entries(exchanges), ...Object.entries(lanes), ['total', total] as const].flatMap(
    ([name, counts]) => {
      const isWhole = NAMES.every((one) => Number.isInteger(counts[one]) && counts[one] >= 0);
      const { received, stored, rejected, refused, lost, waiting } = counts;
      if (isWhole && received === stored + rejected + refused + lost + waiting) return [];
      return [`the ledger of ${name} does not balance: ${JSON.stringify(counts)}`];
    },
  );
}
