/** A time range as Grafana hands it to a query. */
export interface Asked {
  readonly from: Date;
  readonly to: Date;
  readonly intervalMs: number;
}

/**
 * Does to a query what Grafana's PostgreSQL datasource does: macros become SQL.
 * @throws Error for a macro that the datasource doesn't have, or that is not known here
 */
export function expanded(sql: string, { from, to, intervalMs }: Asked): string {
  const [begin, end] = [`'${from.toISOString()}'`, `'${to.toISOString()}'`];
  const group = (column: string) => `floor(extract(epoch from ${column})/${intervalMs / 1000})*${intervalMs / 1000}`;
  const macros: Readonly<Record<string, (column: string) => string>> = {
    timeFilter: (column) => `${column} BETWEEN ${begin} AND ${end}`,
    timeFrom: () => begin,
    timeTo: () => end,
    timeGroupAlias: (column) => `${group(column)} AS "time"`,
  };
  return (
    sql
      .replaceAll('$__interval_ms', String(intervalMs))
      .replaceAll('$__interval', `${intervalMs / 1000}s`)
      // As the datasource finds them: the arguments end at the first bracket that closes.
      .replace(/\$__(\w+)\(([^)]*)\)/g, (_, name: string, given: string) => {
        const macro = macros[name];
        if (macro === undefined) throw new Error(`unknown macro $__${name}`);
        return macro((given.split(',')[0] ?? '').trim());
      })
  );
}
