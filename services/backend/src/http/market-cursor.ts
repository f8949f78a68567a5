import { createHash } from 'node:crypto';
import type { MarketPlace, MarketQuestion } from '@tickwatch/store';
import { ParameterError } from './problem-reply.ts';

/** Text that leads to the tick behind a page, of one question only. */
export function writeMarketCursor(place: MarketPlace, question: MarketQuestion): string {
  return `${digestOf(question)}.${place}`;
}

/** @throws ParameterError it is none of ours, or of another question */
export function readMarketCursor(text: string, question: MarketQuestion): MarketPlace {
  const [, digest, place] = CURSOR.exec(text) ?? [];
  if (digest === undefined || place === undefined) {
    throw new ParameterError('cursor', 'cursor is not one that this server gave out');
  }
  if (digest !== digestOf(question)) {
    throw new ParameterError(
      'cursor',
      'cursor belongs to another question: start_time, end_time, timezone, exchange and stocks have to stay as they were',
    );
  }
  return place as MarketPlace;
}

const DIGEST_LENGTH = 12;
const CURSOR = new RegExp(`^([\\w-]{${DIGEST_LENGTH}})\\.([\\x20-\\x7e]+)$`);

function digestOf({ from, until, exchange, stocks }: MarketQuestion): string {
  const asked = JSON.stringify([from, until, exchange ?? null, stocks?.toSorted() ?? null]);
  return createHash('sha256').update(asked).digest('base64url').slice(0, DIGEST_LENGTH);
}
