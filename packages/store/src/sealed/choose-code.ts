import type { ColumnCode } from './column-code.ts';
import { CommonHighs } from './common-highs.ts';
import { sortedValues, type Values } from './sort-values.ts';

const BITS_OF_VALUE = 32;

interface Choice {
  readonly bits: number;
  readonly code: ColumnCode;
}

const HIGHS = new CommonHighs();

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
      isRanked = HIGHS.find(sorted, least, low, bound);
      if (isRanked) best = rankedChoice(HIGHS, count, least, low, best);
    }
  }
  return best.code;
}

function meanOf(values: Values): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum / values.length;
}

/** High parts in unary as they are. */
function plainChoice(sorted: Values, least: number, low: number): Choice {
  const unaryBytes = Math.ceil((sorted.length + sumOfHighs(sorted, least, low)) / 8);
  return {
    bits: sorted.length * low + unaryBytes * 8,
    code: { least, low, ranked: 0, unaryBytes, values: [] },
  };
}

function sumOfHighs(values: Values, least: number, low: number): number {
  let sum = 0;
  if (values instanceof Uint32Array && low < 32) {
    for (let i = 0; i < values.length; i++) sum += ((values[i] as number) - least) >>> low;
  } else {
    const size = 2 ** low;
    for (let i = 0; i < values.length; i++) sum += Math.floor(((values[i] as number) - least) / size);
  }
  return sum;
}

/** High parts by their frequency, with as many bits of a rank in the field as make it smallest; `best` if that is smaller. */
function rankedChoice(highs: CommonHighs, count: number, least: number, low: number, best: Choice): Choice {
  let smallest = best;
  for (let ranked = 0; low + ranked <= 53; ranked++) {
    const isWhole = 2 ** ranked >= highs.count;
    let unary = isWhole ? 0 : count;
    if (!isWhole)
      for (let rank = 0; rank < highs.count; rank++) unary += (rank >> ranked) * (highs.times[rank] as number);
    const unaryBytes = Math.ceil(unary / 8);
    const bits = count * (low + ranked) + unaryBytes * 8 + highs.count * BITS_OF_VALUE;
    if (bits < smallest.bits) {
      const values = Array.from(highs.highs.subarray(0, highs.count));
      smallest = { bits, code: { least, low, ranked, unaryBytes, values } };
    }
    if (isWhole) break;
  }
  return smallest;
}
