import { MAX_HOLES } from '@tickwatch/core';
import { merged, touches } from '../../intervals.ts';
import type { AnswerHole, Missing } from '../coverage/completeness.ts';
import type { Span } from '../queries/range.ts';
import { type DamagedBlock, holeOfBlock, keyOf } from './damaged-blocks.ts';

/**
 * What an answer lacks beside what is missing anyway: the ticks of blocks that could not be read.
 * @param blocks the same one may come twice
 * @param spans in which single ticks were read
 */
export function withDamaged(missing: Missing, blocks: readonly DamagedBlock[], spans: readonly Span[]): Missing {
  const distinct = [...new Map(blocks.map((block) => [keyOf(block), block])).values()];
  const holes = distinct.flatMap((block) =>
    spans.filter((span) => isIn(block, span)).map((span) => holeOfBlock(block, span)),
  );
  if (holes.length === 0) return missing;
  const isTold = (hole: AnswerHole): boolean =>
    holes.some(
      ({ reason, exchange, from, until }) =>
        hole.reason === reason && hole.exchange === exchange && hole.from >= from && hole.until <= until,
    );
  const others = missing.holes.filter((hole) => !isTold(hole));
  return {
    ...missing,
    complete: false,
    holes: [...others, ...holes].sort((a, b) => a.from - b.from || a.until - b.until).slice(0, MAX_HOLES),
    within: (window) => merged([...missing.within(window), ...holes.filter((hole) => touches([window], hole))]),
  };
}

function isIn({ firstTime, lastTime }: DamagedBlock, { from, until }: Span): boolean {
  return firstTime < until && lastTime >= from;
}
