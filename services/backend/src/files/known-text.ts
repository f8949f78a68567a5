import type { KnownImport } from '@tickwatch/store';
import { KnownTextError } from './file-error.ts';
import type { Line } from './line-reader.ts';

/** So many rows are compared before anything is decided. */
export const HEAD_ROWS = 64;

/** True for the rows whose digest is kept: all of the first, then ever fewer, so that a cut is found within 1/64. */
export class CheckpointPlan {
  #next = 1;

  isDue(row: number): boolean {
    if (row < this.#next) return false;
    while (this.#next <= row) this.#next += Math.max(1, this.#next >> 6);
    return true;
  }
}

/** The import that a text continues, as far as its first rows tell; `undefined`: it is new. */
export function chooseKnown(
  imports: readonly KnownImport[],
  head: ReadonlyMap<number, string>,
  openRow: number | undefined,
): KnownImport | undefined {
  const alive = imports.filter((known) => {
    const same = known.checkpoints.filter(({ row, digest }) => head.get(row) === digest).length;
    const compared = known.checkpoints.filter(({ row }) => {
      return head.has(row) && row !== openRow && !(known.open !== undefined && row === known.rows);
    });
    return (
      (same > 0 || [...head.values()].includes(known.digest ?? '')) &&
      compared.every(({ row, digest }) => head.get(row) === digest)
    );
  });
  return alive.sort((a, b) => b.rows - a.rows)[0];
}

/** Follows a text that an earlier import seems to have begun with. */
export class KnownText {
  readonly known: KnownImport;
  /** Rows up to here are stored, up to this position. */
  #rows: number;
  #position: number;
  readonly #digests: ReadonlyMap<number, string>;
  #agreed = 0;

  constructor(known: KnownImport) {
    this.known = known;
    this.#rows = known.open?.fromRow ?? known.rows;
    this.#position = known.open?.from ?? known.position;
    this.#digests = new Map(
      known.checkpoints.filter(({ row }) => row <= this.#rows).map(({ row, digest }) => [row, digest]),
    );
  }

  get rows(): number {
    return this.#rows;
  }

  get position(): number {
    return this.#position;
  }

  /** True for a line that was stored without its end, and is the same still: it counts as stored from now on. */
  hasOpen(line: Line, digestAt: (end: number) => string | undefined): boolean {
    const { open, rows, position, digest } = this.known;
    if (open === undefined || line.number !== rows || digestAt(line.end) !== digest) return false;
    this.#rows = rows;
    this.#position = position;
    return true;
  }

  /** @throws KnownTextError the text is another one from here on */
  check(line: Line, digestAt: (end: number) => string | undefined): void {
    const expected = this.#digests.get(line.number);
    if (expected === undefined || line.isOpen) return;
    if (digestAt(line.end) !== expected) {
      const { source } = this.known;
      throw new KnownTextError(
        `its first ${this.#agreed} lines are those of import "${source}", but between there and line ${line.number} it has changed. Nothing is stored. If "${source}" was wrong, take it back first (--undo ${source}); --again stores this file as another import`,
      );
    }
    this.#agreed = line.number;
  }
}
