/** Distances to the value before, the first one's to `start`, as non-negative integers: 0, -1, 1, -2 are 0, 1, 2, 3. */
export function zigzagDistances(values: Float64Array, start: number): Float64Array {
  const out = new Float64Array(values.length);
  let before = start;
  for (let i = 0; i < values.length; i++) {
    const distance = (values[i] as number) - before;
    before = values[i] as number;
    out[i] = distance >= 0 ? 2 * distance : -2 * distance - 1;
  }
  return out;
}

/** The opposite: a signed distance. */
export function zigzagDistance(coded: number): number {
  if (coded <= 0x7fffffff) return (coded >>> 1) ^ -(coded & 1);
  return coded % 2 === 0 ? coded / 2 : -(coded + 1) / 2;
}
