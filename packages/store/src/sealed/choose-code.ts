import type { ColumnCode } from './column-code.ts';

/** More are not worth their place, four bytes each, in 4096 ticks. */
const MOST_VALUES = 48;
const BYTES_OF_VALUE = 4;

type Values = Float64Array | Uint32Array;

interface Choice {
  readonly bits: number;
  readonly code: ColumnCode;
}

/**
 * The smallest code for non-negative integers below 2^53, of which there is at least one.
 * @param bound the numbers of the code lie below
 */
export function chooseCode(column: Float64Array, bound: number): ColumnCode {
  const sorted = sortedValues(column);
  const least = (sorted[0] as number) < bound ? (sorted[0] as number) : 0;
  const count = sorted.length;
  const most = (sorted[count - 1] as number) - least;
  let low = most === 0 ? 0 : Math.floor(Math.log2(most)) + 1;
  if (2 ** low <= most) low++;
  let best: Choice = { bits: count * low, code: { least, low, ranked: 0, unaryBytes: 0, values: [] } };
  // Above it, a bit less of each value costs less than it saves.
  const plainFrom = Math.ceil(Math.log2(meanOf(sorted) - least + 1)) + 1;
  let plain = Number.POSITIVE_INFINITY;
  let isRanked = true;
  let isPlain = true;
  // From few high parts to many.
  while (--low >= 0 && (isRanked || isPlain)) {
    if (isPlain && low <= plainFrom) {
      const choice = plainChoice(sorted, least, low);
      if (choice.bits < best.bits) best = choice;
      isPlain = choice.bits <= plain;
      plain = choice.bits;
    }
    if (isRanked) {
      const highs = commonHighs(sorted, least, low, bound);
      if (highs === undefined) isRanked = false;
      else best = rankedChoice(highs, count, least, low, best);
    }
  }
  return best.code;
}

/** A `Uint32Array` is sorted twice as fast. */
function sortedValues(column: Float64Array): Values {
  let most = 0;
  for (let i = 0; i < column.length; i++) most = Math.max(most, column[i] as number);
  return (most < 2 ** 32 ? new Uint32Array(column) : column.slice()).sort();
}

function meanOf(values: Values): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum / values.length;
}

/** High parts in unary as they are. */
function plainChoice(sorted: Values, least: number, low: number): Choice {
  const size = 2 ** low;
  let bits = sorted.length;
  for (let i = 0; i < sorted.length; i++) bits += Math.floor(((sorted[i] as number) - least) / size);
  const unaryBytes = Math.ceil(bits / 8);
  return {
    bits: sorted.length * low + unaryBytes * 8,
    code: { least, low, ranked: 0, unaryBytes, values: [] },
  };
}

/** Each high part once with how often it is, the most frequent first; `undefined`: there are too many, or too high ones. */
function commonHighs(
  sorted: Values,
  least: number,
  low: number,
  bound: number,
): [high: number, times: number][] | undefined {
  const size = 2 ** low;
  const highs: [number, number][] = [];
  let start = 0;
  while (start < sorted.length) {
    if (highs.length === MOST_VALUES) return undefined;
    const high = Math.floor(((sorted[start] as number) - least) / size);
    if (high >= bound) return undefined;
    const end = firstFrom(sorted, start + 1, least + (high + 1) * size);
    highs.push([high, end - start]);
    start = end;
  }
  return highs.sort((a, b) => b[1] - a[1] || a[0] - b[0]);
}

/** The place of the first value that is not below a bound. */
function firstFrom(sorted: Values, from: number, bound: number): number {
  let low = from;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** High parts by their frequency, with as many bits of a rank in the field as make it smallest; `best` if that is smaller. */
function rankedChoice(highs: [number, number][], count: number, least: number, low: number, best: Choice): Choice {
  let smallest = best;
  const values = highs.map(([high]) => high);
  for (let ranked = 0; low + ranked <= 53; ranked++) {
    const isWhole = 2 ** ranked >= highs.length;
    let unary = isWhole ? 0 : count;
    if (!isWhole) for (let rank = 0; rank < highs.length; rank++) unary += (rank >> ranked) * (highs[rank]?.[1] ?? 0);
    const unaryBytes = Math.ceil(unary / 8);
    const bits = count * (low + ranked) + unaryBytes * 8 + values.length * BYTES_OF_VALUE * 8;
    if (bits < smallest.bits) smallest = { bits, code: { least, low, ranked, unaryBytes, values } };
    if (isWhole) break;
  }
  return smallest;
}
