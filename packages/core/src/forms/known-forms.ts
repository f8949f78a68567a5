import { alpaca } from './alpaca.ts';
import { binance } from './binance.ts';
import type { TickForm } from './form.ts';
import { generic } from './generic.ts';
import { polygon } from './polygon.ts';

/** The shapes that are read without a setting, asked in this order; the last reads what none of the others knows. */
export const KNOWN_FORMS: readonly TickForm[] = [alpaca, binance, polygon, generic];
