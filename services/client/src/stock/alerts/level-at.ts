import type { AlertDirection } from '@tickwatch/core';

/** A hand is no surer than this, in pixels. */
const SURE_PX = 2;

/**
 * The level that somebody means who points at a price: as round as a hand is sure of it, and never with more digits than
 * the chart's prices have.
 * @param perPixel what a pixel is worth there
 */
export function levelAt(price: number, perPixel: number, digits: number): string {
  const coarse = Math.floor(Math.log10(Math.abs(perPixel) * SURE_PX));
  const power = Math.max(-digits, Number.isFinite(coarse) ? coarse : -digits);
  const rounded = power > 0 ? Math.round(price / 10 ** power) * 10 ** power : price;
  const text = rounded.toFixed(Math.max(0, -power));
  return Number(text) === 0 ? text.replace('-', '') : text;
}

/** From which side a level is reached. */
export function directionTo(level: number, last: number | undefined): AlertDirection {
  if (last === undefined || level === last) return 'either';
  return level > last ? 'up' : 'down';
}
