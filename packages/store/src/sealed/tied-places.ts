/** Places of the ticks that share their time with the tick before or behind. */
export function tiedPlaces(times: Float64Array): readonly number[] {
  const places: number[] = [];
  let isTied = false;
  for (let i = 1; i < times.length; i++) {
    const isSame = times[i] === times[i - 1];
    if (isSame && !isTied) places.push(i - 1);
    if (isSame) places.push(i);
    isTied = isSame;
  }
  return places;
}
