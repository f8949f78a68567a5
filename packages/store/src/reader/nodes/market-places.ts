import type { MarketPlace } from '../market/market-chunk.ts';
import { BadQuestionError } from '../read-errors.ts';

/** No place of a node has it. */
const BETWEEN = '~';

/** A place over nodes: where each of them stands; `undefined`: at the begin. */
export function writeNodePlaces(places: readonly (MarketPlace | undefined)[]): MarketPlace {
  return places.map((place) => place ?? '').join(BETWEEN) as MarketPlace;
}

/** @throws BadQuestionError it is none that so many nodes gave */
export function readNodePlaces(place: MarketPlace | undefined, count: number): readonly (MarketPlace | undefined)[] {
  if (place === undefined) return Array.from({ length: count }, () => undefined);
  const places = place.split(BETWEEN);
  if (places.length !== count)
    throw new BadQuestionError('cursor', `cursor: it is none that ${count} nodes gave together`);
  return places.map((text) => (text === '' ? undefined : (text as MarketPlace)));
}
