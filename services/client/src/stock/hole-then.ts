import { type Hole, parseTime } from '@tickwatch/core';

/**
 * A hole as it stood at a moment (epoch µs; undefined: now): of one that went on then, nobody knew where it would end, nor
 * what it would cost.
 */
export function holeThen<H extends Hole>(hole: H, moment: number | undefined): H {
  if (moment === undefined) return hole;
  const end = parseTime(hole.to_time ?? '');
  return end !== undefined && end < moment ? hole : { ...hole, to_time: null, messages: null };
}
