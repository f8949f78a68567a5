import type { PriceFormat } from '@tickwatch/core';
import { ParameterError } from './problem-reply.ts';

/** @throws ParameterError the answer is no CSV, where names are never run */
export function isSpreadsheetSafe(csvSafe: '1' | '0' | undefined, format: PriceFormat): boolean {
  if (csvSafe === '1' && format !== 'csv') {
    throw new ParameterError('csv_safe', `csv_safe=1 is for CSV and the answer is ${format}: add format=csv`);
  }
  return csvSafe === '1';
}
