import { type Static, Type } from 'typebox';

const Counter = Type.Integer({ minimum: 0 });

/** What became of every message of an exchange: received = stored + rejected + refused + waiting. */
export const LedgerEntry = Type.Object(
  { received: Counter, stored: Counter, rejected: Counter, refused: Counter, waiting: Counter },
  { additionalProperties: true },
);
export type LedgerEntry = Static<typeof LedgerEntry>;

export const Ledger = Type.Object(
  { exchanges: Type.Record(Type.String(), LedgerEntry) },
  { additionalProperties: true },
);
export type Ledger = Static<typeof Ledger>;

/** Where the ledger can be read: the subscriber, in this process or by HTTP. */
export interface LedgerSource {
  /** @returns JSON text that fits {@link Ledger} */
  ledger(): Promise<string>;
}
