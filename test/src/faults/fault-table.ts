import { type FaultRow, passes } from './fault-row.ts';

/** A title, and what stands below it. */
export type FaultColumn = readonly [title: string, value: (row: FaultRow) => string | number];

const COLUMNS: readonly FaultColumn[] = [
  ['fault', (row) => row.fault],
  ['feed', (row) => row.feed],
  ['times', (row) => row.times],
  ['published', (row) => row.published],
  ['unheard', (row) => row.unheard],
  ['stored', (row) => row.stored],
  ['told', (row) => row.told],
  ['lost', (row) => row.lost],
  ['doubled', (row) => row.doubled],
  ['seconds to recover', (row) => row.recoverySeconds?.toFixed(1) ?? '–'],
  ['ledger read', (row) => row.ledgerReadings],
  ['verdict', (row) => (passes(row) ? 'kept' : 'BROKEN')],
];

/** The rows as a Markdown table, aligned for reading in a terminal, with notes and broken promises below it. */
export function faultTable(rows: readonly FaultRow[]): string {
  return tableOf(COLUMNS, rows);
}

/** The same of other columns: the first two and the last are texts, the others numbers. */
export function tableOf(columns: readonly FaultColumn[], rows: readonly FaultRow[]): string {
  const cells = [columns.map(([title]) => title), ...rows.map((row) => columns.map(([, value]) => String(value(row))))];
  const widths = columns.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  const isText = (column: number): boolean => column < 2 || column === columns.length - 1;
  const line = (texts: readonly string[]): string =>
    `| ${texts.map((text, i) => (isText(i) ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0))).join(' | ')} |`;
  const rule = `|${widths.map((width, i) => (isText(i) ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  const [head = [], ...body] = cells;
  const notes = rows.flatMap((row) => [
    ...row.notes.map((note) => `- ${row.fault} (${row.feed}): ${note}`),
    ...row.problems.map((problem) => `- BROKEN, ${row.fault} (${row.feed}): ${problem}`),
  ]);
  return [line(head), rule, ...body.map(line), '', ...notes].join('\n');
}
