/** Forms of an answer that are files of columns. */
export const COLUMN_FORMATS = ['parquet', 'arrow'] as const;
export type ColumnFormat = (typeof COLUMN_FORMATS)[number];

export const COLUMN_FORMATS_TEXT =
  '`parquet` and `arrow` (an Arrow IPC file) are files that DuckDB, pandas and Polars open by this very address: with their length, an ETag, and any part of them by `Range`. Times are µs in UTC, decimals are exact DECIMALs of one scale, or with `decimals=string` texts with the digits as they were written.';

export function isColumnFormat(format: string): format is ColumnFormat {
  return (COLUMN_FORMATS as readonly string[]).includes(format);
}
