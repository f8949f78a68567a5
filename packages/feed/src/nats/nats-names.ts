import { exchangeOf, type LaneName, laneIndex, laneName } from '@tickwatch/core';

const STREAM = /^TICKS_(.+)_(0|[1-9]\d?)$/;
/** What `encodeURIComponent` leaves and a token may not, or need not, hold: publishers in any language have to agree. */
const LEFT = /[.!~*'()]/g;
/** What is no symbol may be long. */
const LONGEST_NAME = 64;

/**
 * A name as one token of a subject: every byte of its UTF-8 but A–Z, a–z, 0–9, `_` and `-` is `%XX`. Two publishers that
 * wrote one stock differently would put it into two lanes. Empty names are `-`.
 */
export function natsToken(name: string): string {
  // Half of a character, which can't be encoded, becomes U+FFFD in a buffer.
  const text = encodeURIComponent(Buffer.from(name.slice(0, LONGEST_NAME)).toString());
  return text.replace(LEFT, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`) || '-';
}

/** Where a stock's messages are published. */
export function stockSubject(exchange: string, stock: string): string {
  return `ticks.${natsToken(exchange)}.${natsToken(stock)}`;
}

/** What the stream of a lane takes: of several lanes, what the server's mapping makes of the stock. */
export function laneSubject(lane: LaneName, lanes: number): string {
  return `ticks.${natsToken(exchangeOf(lane))}.${lanes === 1 ? '*' : laneIndex(lane)}`;
}

/** A lane has a stream of its own: then each number that is left out is a message that is missing. */
export function streamName(lane: LaneName): string {
  return `TICKS_${natsToken(exchangeOf(lane))}_${laneIndex(lane)}`;
}

/** @returns `undefined`: it is the stream of none of these exchanges' lanes */
export function laneOfStream(stream: string, exchanges: Iterable<string>): LaneName | undefined {
  const [, token, index] = STREAM.exec(stream) ?? [];
  const exchange = [...exchanges].find((name) => natsToken(name) === token);
  return exchange === undefined ? undefined : laneName(exchange, Number(index));
}
