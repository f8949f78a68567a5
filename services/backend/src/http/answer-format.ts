import type { ColumnFormat, PriceFormat, TextFormat } from '@tickwatch/core';
import { COLUMN_FILE_TYPES, JSON_TYPE } from './route-schema.ts';

export const TEXT_TYPES: Readonly<Record<TextFormat, string>> = {
  json: JSON_TYPE,
  ndjson: 'application/x-ndjson; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
};

const [PARQUET, ARROW] = COLUMN_FILE_TYPES;

export const COLUMN_TYPES: Readonly<Record<ColumnFormat, string>> = { parquet: PARQUET, arrow: ARROW };

const BY_MEDIA_TYPE: Readonly<Record<string, PriceFormat>> = {
  'application/json': 'json',
  'application/*': 'json',
  '*/*': 'json',
  'application/x-ndjson': 'ndjson',
  'application/ndjson': 'ndjson',
  'application/jsonl': 'ndjson',
  'text/csv': 'csv',
  [PARQUET]: 'parquet',
  [ARROW]: 'arrow',
};

/** `format=` decides; else the best media type in `Accept` that the route has; else JSON. */
export function chooseFormat<const F extends PriceFormat>(
  formats: readonly F[],
  format: F | undefined,
  accept: string | undefined,
): F | 'json' {
  if (format !== undefined || accept === undefined) return format ?? 'json';
  let best: { format: F | 'json'; quality: number } = { format: 'json', quality: 0 };
  for (const item of accept.split(',')) {
    const [type = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
    const known = formats.find((one) => one === BY_MEDIA_TYPE[type]);
    const quality = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1);
    if (known !== undefined && quality > best.quality) best = { format: known, quality };
  }
  return best.format;
}
