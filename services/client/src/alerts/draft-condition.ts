import type { AlertCondition } from '@tickwatch/core';
import { decimalMark } from '../format/number-text.ts';
import type { RuleDraft } from './rule-draft.ts';
import { readSpan } from './span.ts';

/** The condition that a form says; what of it says nothing is noted. */
export function conditionOf(draft: RuleDraft, faults: Record<string, string>): AlertCondition | undefined {
  const noteIf = (isWrong: boolean, field: string, text: string): void => {
    if (isWrong) faults[field] = text;
  };
  const { type, direction } = draft;
  switch (type) {
    case 'price_crosses': {
      const level = readDecimal(draft.level);
      const back = hysteresisOf(draft, faults);
      noteIf(level === undefined, 'level', draft.level.trim() === '' ? 'Which price?' : `“${draft.level}” is no price`);
      return level === undefined ? undefined : { type, direction, level, ...back };
    }
    case 'price_moves': {
      const by = readDecimal(draft.by);
      const within = readSpan(draft.within);
      const back = hysteresisOf(draft, faults);
      noteIf(by === undefined || !(Number(by) > 0), 'by', 'A number greater than 0, please');
      noteIf(within === undefined || within < 1 || within > 86_400, 'within_seconds', 'From a second to a day, please');
      return by === undefined || within === undefined
        ? undefined
        : { type, direction, by, unit: draft.unit, within_seconds: within, ...back };
    }
    case 'new_extreme': {
      const days = readCount(draft.days);
      noteIf(days === undefined || days < 1 || days > 400, 'days', 'From 1 to 400 days, please');
      return days === undefined ? undefined : { type, extreme: draft.extreme, days };
    }
    case 'silent': {
      const seconds = readSpan(draft.silent);
      noteIf(seconds === undefined || seconds < 1 || seconds > 86_400, 'seconds', 'From a second to a day, please');
      return seconds === undefined ? undefined : { type, seconds };
    }
    case 'tick_rate':
      return tickRateOf(draft, faults);
    case 'system': {
      const above = readDecimal(draft.limit);
      noteIf(above === undefined || Number(above) < 0, 'above', 'A number of 0 or more, please');
      return above === undefined ? undefined : { type, measure: draft.measure, above: Number(above) };
    }
    case 'hole':
    case 'outlier':
      return { type };
  }
}

function tickRateOf(draft: RuleDraft, faults: Record<string, string>): AlertCondition {
  const [above, below] = [readCount(draft.above), readCount(draft.below)];
  if (draft.above.trim() !== '' && above === undefined) faults.above = 'A whole number, please';
  if (draft.below.trim() !== '' && (below === undefined || below < 1)) faults.below = 'A whole number from 1, please';
  if (draft.above.trim() === '' && draft.below.trim() === '') faults.above = 'One of the two, please';
  return {
    type: 'tick_rate',
    ...(above === undefined ? {} : { above }),
    ...(below === undefined ? {} : { below }),
  };
}

function hysteresisOf({ hysteresis }: RuleDraft, faults: Record<string, string>): { hysteresis?: string } {
  if (hysteresis.trim() === '') return {};
  const read = readDecimal(hysteresis);
  if (read !== undefined && Number(read) >= 0) return Number(read) === 0 ? {} : { hysteresis: read };
  faults.hysteresis = 'A number of 0 or more, please';
  return {};
}

/** Decimal digits as the API takes them, of a number as the browser's language writes it or with a point. */
export function readDecimal(text: string, mark = decimalMark): string | undefined {
  const plain = text.trim().replace(mark, '.').replace(/^\+/, '');
  const whole = plain.startsWith('.') ? `0${plain}` : plain;
  return /^-?\d+(?:\.\d+)?$/.test(whole) ? whole : undefined;
}

function readCount(text: string): number | undefined {
  return /^\d{1,9}$/.test(text.trim()) ? Number(text) : undefined;
}
