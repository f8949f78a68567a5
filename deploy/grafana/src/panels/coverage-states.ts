import { MappingType, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { GAP_REASONS, type GapReason } from '@tickwatch/core';
import { literal } from '../sql.ts';

/** What is known of a moment of an exchange, as numbers: a time series of Grafana holds no texts. Reasons follow. */
export const COVERED = 0;
export const UNKNOWN = 1;
export const NOT_STORED_YET = 2;
const FIRST_REASON = 10;

const REASON_COLORS: Readonly<Record<GapReason, string>> = {
  not_listening: 'red',
  refused: 'dark-red',
  overtaken: 'orange',
  source_restarted: 'dark-orange',
  store_went_back: 'purple',
  clock_stepped: 'yellow',
  spool_damaged: 'dark-purple',
  numbers_missing: 'light-red',
  rejected: 'blue',
  block_damaged: 'dark-yellow',
};

/** SQL for the number of a column's reason. */
export function codeOf(column: string): string {
  return `array_position(ARRAY[${GAP_REASONS.map(literal).join(', ')}], ${column}) + ${FIRST_REASON - 1}`;
}

/** Name and colour of each number. */
export function stateMappings(): ValueMapping[] {
  const states: readonly (readonly [number, string, string])[] = [
    [COVERED, 'covered', 'green'],
    [UNKNOWN, 'unknown', 'dark-gray'],
    [NOT_STORED_YET, 'nothing stored since', 'gray'],
    ...GAP_REASONS.map((reason, index) => [FIRST_REASON + index, reason, REASON_COLORS[reason]] as const),
  ];
  const options = Object.fromEntries(states.map(([code, text, color], index) => [code, { text, color, index }]));
  return [{ type: MappingType.ValueToText, options }];
}
