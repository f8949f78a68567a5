import { type FaultRow, passes } from '../faults/fault-row.ts';
import { type FaultColumn, tableOf } from '../faults/fault-table.ts';

const COLUMNS: readonly FaultColumn[] = [
  ['engine', (row) => row.feed],
  ['fault', (row) => row.fault],
  ['published', (row) => row.published],
  ['stored', (row) => row.stored],
  ['doubled', (row) => row.doubled],
  ['lost', (row) => row.lost],
  ['told', (row) => row.told],
  ['holes', (row) => row.holes || '–'],
  ['seconds to recover', (row) => row.recoverySeconds?.toFixed(1) ?? '–'],
  ['verdict', (row) => (passes(row) ? 'kept' : 'BROKEN')],
];

/** What became of every tick, by engine and fault. */
export function scaleTable(rows: readonly FaultRow[]): string {
  return tableOf(COLUMNS, rows);
}
