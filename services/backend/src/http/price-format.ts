import type { PriceFormat } from '@tickwatch/core';
import { JSON_TYPE } from './route-schema.ts';

export const PRICE_TYPES: Readonly<Record<PriceFormat, string>> = {
  json: JSON_TYPE,
  ndjson: 'application/x-ndjson; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
};

const BY_MEDIA_TYPE: Readonly<Record<string, PriceFormat>> = {
  'application/json': 'json',
  'application/*': 'json',
  '*/*': 'json',
  'application/x-ndjson': 'ndjson',
  'application/ndjson': 'ndjson',
  'application/jsonl': 'ndjson',
  'text/csv': 'csv',
};

/** `format=` decides; else the best media type in `Accept` that there is; else JSON. */
export function choosePriceFormat(format: PriceFormat | undefined, accept: string | undefined): PriceFormat {
  if (format !== undefined || accept === undefined) return format ?? 'json';
  let best: { format: PriceFormat; quality: number } = { format: 'json', quality: 0 };
  for (const item of accept.split(',')) {
    const [type = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
    const known = BY_MEDIA_TYPE[type];
    const quality = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1);
    if (known !== undefined && quality > best.quality) best = { format: known, quality };
  }
  return best.format;
}
