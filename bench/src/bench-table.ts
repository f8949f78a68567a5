/** One figure: what was measured, in which unit, and beside what in the same run. */
export interface BenchRow {
  readonly question: string;
  readonly value: number;
  readonly unit: string;
  /** The figure measured beside it, and the ratio of the two; none where the figure stands alone. */
  readonly beside?: { readonly name: string; readonly value: number };
  /** What the ratio (or, without one, the value) is to reach. */
  readonly goal?: { readonly atLeast?: number; readonly atMost?: number };
}

export interface BenchTable {
  readonly title: string;
  readonly rows: readonly BenchRow[];
  readonly notes?: readonly string[];
}

/** The figure that counts: the ratio where there is one. */
export function figure({ value, beside }: BenchRow): number {
  return beside === undefined ? value : value / beside.value;
}

export function meetsGoal(row: BenchRow): boolean | undefined {
  if (row.goal === undefined) return undefined;
  const { atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY } = row.goal;
  return figure(row) >= atLeast && figure(row) <= atMost;
}

/** A Markdown table. */
export function printTable({ title, rows, notes = [] }: BenchTable): string {
  const lines = rows.map((row) => {
    const beside = row.beside === undefined ? '' : `${short(row.beside.value)} ${row.unit} (${row.beside.name})`;
    const ratio = row.beside === undefined ? '' : `${short(figure(row))}×`;
    const met = meetsGoal(row);
    const goal = row.goal === undefined ? '' : `${goalText(row)} ${met ? '✓' : '✗'}`;
    return `| ${row.question} | ${short(row.value)} ${row.unit} | ${beside} | ${ratio} | ${goal} |`;
  });
  return [
    `### ${title}`,
    '',
    '| question | measured | beside | ratio | goal |',
    '|---|---|---|---|---|',
    ...lines,
    '',
    ...notes.map((note) => `${note}\n`),
  ].join('\n');
}

function goalText({ goal = {}, beside }: BenchRow): string {
  const times = beside === undefined ? '' : '×';
  return [
    ...(goal.atLeast === undefined ? [] : [`≥ ${short(goal.atLeast)}${times}`]),
    ...(goal.atMost === undefined ? [] : [`≤ ${short(goal.atMost)}${times}`]),
  ].join(', ');
}

/** Three significant digits; thousands grouped. */
function short(value: number): string {
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));
}
