import type { LedgerEntry } from '@tickwatch/core';
import { countText } from '../format/number-text.ts';
import { type LedgerReport, totalOf } from './system-source.ts';

const COLUMNS = [
  { name: 'received', label: 'Received', title: 'Messages that came in' },
  { name: 'stored', label: 'Stored', title: 'Ticks in the database' },
  {
    name: 'rejected',
    label: 'Rejected',
    title: 'Messages that are no ticks; kept in rejected_messages with the reason',
  },
  { name: 'refused', label: 'Refused', title: 'Messages that found no room because the log was full' },
  { name: 'waiting', label: 'Waiting', title: 'Messages on their way into the database' },
] as const;

/** What became of every message; each line has to add up. */
export function LedgerTable({ ledger }: { readonly ledger: LedgerReport }) {
  const lines: readonly (readonly [string, LedgerEntry])[] = [
    ...Object.entries(ledger.exchanges),
    ['All', totalOf(ledger)] as const,
  ];
  return (
    <div class="table-scroll">
      <table class="ledger">
        <thead>
          <tr>
            <th scope="col">Exchange</th>
            {COLUMNS.map(({ name, label, title }) => (
              <th key={name} scope="col" class="number" title={title}>
                {label}
              </th>
            ))}
            <th scope="col">Balance</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(([exchange, entry]) => (
            <tr key={exchange} class={exchange === 'All' ? 'total' : ''}>
              <th scope="row">{exchange}</th>
              {COLUMNS.map(({ name }) => (
                <td key={name} class={`number ${name === 'refused' && entry.refused > 0 ? 'bad' : ''}`}>
                  {countText(entry[name])}
                </td>
              ))}
              <td>{balanceText(entry)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function balanceText({ received, stored, rejected, refused, waiting }: LedgerEntry) {
  const missing = received - stored - rejected - refused - waiting;
  return missing === 0 ? (
    <span class="good">✓ adds up</span>
  ) : (
    <span class="bad">
      ✗ {countText(Math.abs(missing))} {missing > 0 ? 'unaccounted for' : 'too many'}
    </span>
  );
}
