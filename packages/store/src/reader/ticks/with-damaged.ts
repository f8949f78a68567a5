import { MAX_HOLES } from '@tickwatch/core';
import { merged } from '../../intervals.ts';
import type { Missing } from '../coverage/completeness.ts';
import type { Span } from '../queries/range.ts';
import { type DamagedBlock, holeOfBlock } from './damaged-blocks.ts';

/** What an answer lacks beside what is missing anyway: the ticks of blocks that could not be read. */
export function withDamaged(missing: Missing, blocks: readonly DamagedBlock[], span: Span): Missing {
  if (blocks.length === 0) return missing;
  const holes = blocks.map((block) => holeOfBlock(block, span));
  return {
    ...missing,
    complete: false,
    holes: [...missing.holes, ...holes].sort((a, b) => a.from - b.from || a.until - b.until).slice(0, MAX_HOLES),
    within: (window) => merged([...missing.within(window), ...holes]),
  };
}
