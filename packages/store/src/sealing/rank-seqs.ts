import { decodeBlock, type SealedBlock, type TickColumns } from '../sealed/index.ts';
import { tiedPlaces } from '../sealed/tied-places.ts';
import type { ImportOrigins } from './import-origins.ts';

/** Kept numbers that are held at once; without one of them the order within its time stamp may be another. */
const MOST_KEPT = 200_000;

/** A tick within its time stamp. */
interface Place {
  readonly rank: number;
  readonly seq: number;
}

/**
 * Numbers for ticks that come out of blocks with a rank, and whose own numbers were not kept: with them they lie in their rows in the
 * order of their ranks, and the next sealing finds that again. A number that was kept stays; so does the import that a tick
 * is of, or that it is of none.
 */
export class RankSeqs {
  readonly #origins: ImportOrigins;
  /** By exchange and time stamp. */
  readonly #kept = new Map<string, Place[]>();
  #count = 0;

  constructor(origins: ImportOrigins) {
    this.#origins = origins;
  }

  /** Learns of the numbers that were kept in a block. @throws DamagedBlockError */
  learn(block: SealedBlock): void {
    if (block.ranks === null) return;
    const ticks = decodeBlock(block);
    for (let i = 0; i < ticks.count && this.#count < MOST_KEPT; i++) {
      const rank = ticks.ranks?.[i] ?? 0;
      if (rank === 0 || this.#isLost(block, ticks, i)) continue;
      const key = keyOf(block, ticks, i);
      const places = this.#kept.get(key) ?? [];
      this.#kept.set(key, places);
      places.push({ rank, seq: ticks.seqs[i] as number });
      this.#count++;
    }
  }

  /** The numbers of a block's ticks. */
  of(block: SealedBlock, ticks: TickColumns): Float64Array {
    const { seqs, ranks } = ticks;
    if (ranks === undefined) return seqs;
    const found = seqs.slice();
    const tied = new Set(tiedPlaces(ticks.times));
    for (let i = 0; i < ticks.count; i++) {
      if (ranks[i] !== 0 && !tied.has(i) && this.#isLost(block, ticks, i)) found[i] = this.#seqOf(block, ticks, i);
    }
    return found;
  }

  #seqOf(block: SealedBlock, ticks: TickColumns, i: number): number {
    const time = ticks.times[i] as number;
    const rank = ticks.ranks?.[i] as number;
    const origin = ticks.seqs[i] as number;
    const isOfOrigin = (seq: number): boolean =>
      seq >= 0 && this.#origins.of(block.stock, time, seq) === origin && Number.isSafeInteger(seq);
    const beside = besideKept(this.#kept.get(keyOf(block, ticks, i)) ?? [], rank);
    const behindOrigin = origin === 0 ? rank : origin + rank - 1;
    return [beside, behindOrigin].find((seq) => seq !== undefined && isOfOrigin(seq)) ?? origin;
  }

  /** A number that stands for none, or for all of an import's portion. */
  #isLost({ stock }: SealedBlock, { seqs, times }: TickColumns, i: number): boolean {
    const seq = seqs[i] as number;
    return seq === 0 || this.#origins.of(stock, times[i] as number, seq) === seq;
  }
}

function keyOf({ exchange }: SealedBlock, { times }: TickColumns, i: number): string {
  return `${times[i]} ${exchange}`;
}

/** As far from a kept number as the ranks are from each other: those between had numbers, too. `undefined`: there is none. */
function besideKept(kept: readonly Place[], rank: number): number | undefined {
  let before: Place | undefined;
  let behind: Place | undefined;
  for (const place of kept) {
    if (place.rank < rank && place.rank > (before?.rank ?? 0)) before = place;
    if (place.rank > rank && place.rank < (behind?.rank ?? Number.POSITIVE_INFINITY)) behind = place;
  }
  const nearest = before ?? behind;
  return nearest && nearest.seq + rank - nearest.rank;
}
