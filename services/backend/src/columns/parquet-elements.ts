import type { SchemaElement } from 'hyparquet-writer';

/** Bytes of a wide decimal. */
export const WIDE_BYTES = 16;

const REQUIRED = { repetition_type: 'REQUIRED' } as const;

export const TIME_ELEMENT = {
  ...REQUIRED,
  type: 'INT64',
  converted_type: 'TIMESTAMP_MICROS',
  logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
} as const;

export const TEXT_ELEMENT = {
  ...REQUIRED,
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  logical_type: { type: 'STRING' },
} as const;

/** The number of a tick; null where it was not kept. */
export const SEQ_ELEMENT = { name: 'seq', repetition_type: 'OPTIONAL', type: 'INT64' } as const;

/** A decimal column: `narrow` has 18 digits, `wide` 38. Both ways of saying so, because readers know either. */
export function decimalElement(name: string, kind: 'narrow' | 'wide', scale: number): SchemaElement {
  const precision = kind === 'narrow' ? 18 : 38;
  const physical =
    kind === 'narrow'
      ? ({ type: 'INT64' } as const)
      : ({ type: 'FIXED_LEN_BYTE_ARRAY', type_length: WIDE_BYTES } as const);
  const meaning = { type: 'DECIMAL', precision, scale } as const;
  return { ...REQUIRED, name, ...physical, converted_type: 'DECIMAL', precision, scale, logical_type: meaning };
}
