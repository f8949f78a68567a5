const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;
const TWO_TO_32 = 2 ** 32;

/** The places 0 … count - 1 in the order of their values, whole numbers less than 2^53 apart; equal ones as they came. */
export function sortedPlaces(values: Float64Array, count: number): Uint32Array {
  let places = new Uint32Array(count);
  let [least, most, isSorted] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, true];
  for (let i = 0; i < count; i++) {
    const value = values[i] as number;
    places[i] = i;
    if (value < most) isSorted = false;
    else most = value;
    if (value < least) least = value;
  }
  if (isSorted) return places;
  let spare = new Uint32Array(count);
  const [low, high] = [new Uint32Array(count), most - least >= TWO_TO_32 ? new Uint32Array(count) : undefined];
  for (let i = 0; i < count; i++) {
    const distance = (values[i] as number) - least;
    low[i] = distance % TWO_TO_32;
    if (high !== undefined) high[i] = Math.floor(distance / TWO_TO_32);
  }
  const counts = new Uint32Array(DIGITS);
  const pass = (digits: Uint32Array, shift: number): void => {
    counts.fill(0);
    for (let i = 0; i < count; i++) (counts[((digits[i] as number) >>> shift) & (DIGITS - 1)] as number)++;
    let sum = 0;
    for (let digit = 0; digit < DIGITS; digit++) {
      const own = counts[digit] as number;
      counts[digit] = sum;
      sum += own;
    }
    for (let i = 0; i < count; i++) {
      const place = places[i] as number;
      const digit = ((digits[place] as number) >>> shift) & (DIGITS - 1);
      spare[(counts[digit] as number)++] = place;
    }
    [places, spare] = [spare, places];
  };
  const span = most - least;
  for (let shift = 0; shift < 32 && 2 ** shift <= span; shift += DIGIT_BITS) pass(low, shift);
  for (let shift = 0; high !== undefined && shift < 32 && 2 ** (32 + shift) <= span; shift += DIGIT_BITS)
    pass(high, shift);
  return places;
}
