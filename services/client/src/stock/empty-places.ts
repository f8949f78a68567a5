import { type CandleWindow, MAX_GAP_SLOTS } from './candle-window.ts';
import { INTERVAL_SECONDS, nextBucket } from './interval.ts';
import { type TimeSpan, united, without } from './time-spans.ts';

/** Candles of this many seconds or more are as long as their zone's clock makes them. */
const ZONED = 3600;

/**
 * Times of the empty places of a stretch without ticks, spread evenly over it where it is longer than it may be drawn.
 * @param hidden a candle that lies wholly in these takes no place
 */
export function emptyPlaces(
  span: TimeSpan,
  { interval, zone }: Pick<CandleWindow, 'interval' | 'zone'>,
  hidden: readonly TimeSpan[],
): readonly number[] {
  const width = INTERVAL_SECONDS[interval];
  if (width < ZONED) return spread(equalPlaces(span, width, hidden));
  const times: number[] = [];
  for (let time = span.from; time < span.to; ) {
    const next = nextBucket(time, interval, zone);
    if (without({ from: time, to: next }, hidden).length > 0) times.push(time);
    time = next;
  }
  return spread([{ count: times.length, at: (nth) => times[nth] ?? span.from }]);
}

/** Places that follow each other without a break. */
interface Piece {
  readonly count: number;
  readonly at: (nth: number) => number;
}

function equalPlaces(span: TimeSpan, width: number, hidden: readonly TimeSpan[]): readonly Piece[] {
  const toGrid = (time: number, round: (value: number) => number): number =>
    span.from + round((time - span.from) / width) * width;
  const pieces = without(span, hidden).map(({ from, to }) => ({
    from: toGrid(from, Math.floor),
    to: Math.min(span.to, toGrid(to, Math.ceil)),
  }));
  return united(pieces).map(({ from, to }) => ({
    count: Math.round((to - from) / width),
    at: (nth) => from + nth * width,
  }));
}

function spread(pieces: readonly Piece[]): readonly number[] {
  const total = pieces.reduce((sum, { count }) => sum + count, 0);
  const places = Math.min(total, MAX_GAP_SLOTS);
  const times: number[] = [];
  let [piece, passed] = [0, 0];
  for (let place = 0; place < places; place++) {
    const nth = Math.floor((place * total) / places);
    while (nth - passed >= (pieces[piece]?.count ?? Number.POSITIVE_INFINITY)) passed += pieces[piece++]?.count ?? 0;
    times.push(pieces[piece]?.at(nth - passed) ?? 0);
  }
  return times;
}
