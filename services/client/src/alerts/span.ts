const SECONDS = { s: 1, min: 60, h: 3600, d: 86_400 } as const;
export type SpanUnit = keyof typeof SECONDS;
export const SPAN_UNITS: readonly SpanUnit[] = ['s', 'min', 'h', 'd'];
export const UNIT_NAMES: Readonly<Record<SpanUnit, string>> = { s: 'seconds', min: 'minutes', h: 'hours', d: 'days' };

/** A length of time as a form holds it. */
export interface Span {
  readonly amount: string;
  readonly unit: SpanUnit;
}

/** In whole seconds; undefined: it is none. */
export function readSpan({ amount, unit }: Span): number | undefined {
  const count = /^\d+(?:\.\d+)?$/.test(amount.trim()) ? Number(amount) : Number.NaN;
  return Number.isFinite(count) ? Math.round(count * SECONDS[unit]) : undefined;
}

/** In the largest unit that has it whole. */
export function spanOf(seconds: number): Span {
  if (seconds === 0) return { amount: '0', unit: 'min' };
  const unit = SPAN_UNITS.findLast((candidate) => seconds % SECONDS[candidate] === 0) ?? 's';
  return { amount: String(seconds / SECONDS[unit]), unit };
}
