import { describeError } from '../describe-error.ts';
import { type DiskReserve, RESERVE_BYTES } from './disk-reserve.ts';
import { isDamage } from './lmdb-table.ts';
import type { SpoolKey, SpoolRecord } from './record-format.ts';
import type { SpoolTable } from './spool-table.ts';

export interface TableGuard {
  readonly reserve: DiskReserve;
  /** The disk had room for it. */
  readonly isReserveHeld: boolean;
  /** Gives a sound table in place of one whose file is damaged. */
  reopen(damaged: SpoolTable, reason: string): Promise<SpoolTable>;
}

const NO_SPACE = 'no space is left on the disk';

/** A table that is written by one at a time, and recovers from a disk that was full and from a file that is damaged. */
export class GuardedTable {
  /** Called with a table whose content may be less than it was. */
  onReopened: () => void = () => {};
  #table: SpoolTable;
  /** A table in memory needs none. */
  readonly #guard: TableGuard | undefined;
  /** The last write did not work, or there is no reserve for the one after the last. */
  #hasFailed: boolean;
  /** Because the disk is full. */
  #isShort: boolean;
  /** Something was removed since the last failure: there may be room inside the file. */
  #hasTrimmed = false;
  #damage: unknown;
  #work: Promise<unknown> = Promise.resolve();

  constructor(table: SpoolTable, guard: TableGuard | undefined) {
    this.#table = table;
    this.#guard = guard;
    this.#hasFailed = guard?.isReserveHeld === false;
    this.#isShort = this.#hasFailed;
  }

  get table(): SpoolTable {
    return this.#table;
  }

  /** The disk is full: whatever can go should. */
  get isShort(): boolean {
    return this.#isShort;
  }

  /** Runs after all that was asked for before. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#work.then(async () => {
      await this.#mend();
      return await work();
    });
    this.#work = done.catch((error: unknown) => {
      if (isDamage(error)) this.#damage = error;
    });
    return done;
  }

  /** Reads, again where the file had to be replaced. */
  async reading<T>(work: () => T | Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#damage = error;
      await this.exclusive(async () => {});
      return await work();
    }
  }

  /** One transaction. @throws the disk's own error, or that there is no space */
  async add(puts: readonly SpoolRecord[]): Promise<void> {
    // Space that someone made goes into the reserve first: without it, the next full disk would be for ever.
    const hasRoom = !this.#hasFailed || this.#hasTrimmed || (await this.#guard?.reserve.hold(RESERVE_BYTES));
    if (!hasRoom) throw new Error(NO_SPACE);
    await this.#write(puts, []);
    if (this.#hasFailed) await this.#guard?.reserve.hold();
    this.#hasFailed = false;
    this.#isShort = false;
  }

  /** One transaction. @throws as {@link add} */
  async remove(removes: readonly SpoolKey[], puts: readonly SpoolRecord[]): Promise<void> {
    await this.#write(puts, removes);
    if (!this.#hasFailed) return;
    // What a transaction removes can be used from the next but one on; on a full disk there is no other space.
    await this.#write(puts, []);
    this.#hasTrimmed = true;
  }

  async #write(puts: readonly SpoolRecord[], removes: readonly SpoolKey[]): Promise<void> {
    try {
      await this.#table.write(puts, removes);
    } catch (error) {
      this.#hasFailed = true;
      this.#hasTrimmed = false;
      this.#isShort = (await this.#guard?.reserve.release()) ?? false;
      // LMDB calls a write that the disk took only in part an input/output error.
      throw this.#isShort ? new Error(NO_SPACE, { cause: error }) : error;
    }
  }

  async #mend(): Promise<void> {
    if (this.#damage === undefined || this.#guard === undefined) return;
    this.#table = await this.#guard.reopen(this.#table, describeError(this.#damage));
    this.#damage = undefined;
    this.onReopened();
  }
}
