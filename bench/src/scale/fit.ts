/** What was measured, and by what it is to be explained: amounts, in the order of the coefficients. */
export interface Sample {
  readonly amounts: readonly number[];
  readonly measured: number;
}

/**
 * Least squares of relative errors, without negative coefficients: what comes out negative can't be told apart from nothing,
 * and is left out.
 * @returns one coefficient for each amount
 */
export function fit(samples: readonly Sample[]): readonly number[] {
  const count = samples[0]?.amounts.length ?? 0;
  let used = Array.from({ length: count }, (_, i) => i);
  for (;;) {
    const found = solve(normalEquations(samples, used));
    const worst = found.indexOf(Math.min(...found));
    if (used.length === 0 || (found[worst] ?? 0) >= 0) {
      return Array.from({ length: count }, (_, i) => found[used.indexOf(i)] ?? 0);
    }
    used = used.filter((_, i) => i !== worst);
  }
}

export function predict(coefficients: readonly number[], amounts: readonly number[]): number {
  return coefficients.reduce((sum, coefficient, i) => sum + coefficient * (amounts[i] ?? 0), 0);
}

/** Each row: its coefficients, and what they make. */
function normalEquations(samples: readonly Sample[], used: readonly number[]): number[][] {
  const rows = samples.map(({ amounts, measured }) => used.map((i) => (amounts[i] ?? 0) / measured));
  const sum = (of: (row: readonly number[]) => number): number => rows.reduce((total, row) => total + of(row), 0);
  return used.map((_, i) => [
    ...used.map((_, j) => sum((row) => (row[i] ?? 0) * (row[j] ?? 0))),
    sum((row) => row[i] ?? 0),
  ]);
}

/** Gauss with pivots. */
function solve(rows: number[][]): readonly number[] {
  const size = rows.length;
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let i = column + 1; i < size; i++) if (Math.abs(at(i, column)) > Math.abs(at(pivot, column))) pivot = i;
    [rows[column], rows[pivot]] = [rows[pivot] ?? [], rows[column] ?? []];
    if (at(column, column) === 0) throw new Error('the points do not tell all coefficients apart');
    for (let i = 0; i < size; i++) {
      if (i === column) continue;
      const factor = at(i, column) / at(column, column);
      rows[i] = (rows[i] ?? []).map((value, j) => value - factor * at(column, j));
    }
  }
  return rows.map((_, i) => at(i, size) / at(i, i));
}
