import { closeSync, constants, fdatasync, openSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { LaneName } from '@tickwatch/core';
import { type LaneState, scanRecords } from './record-format.ts';

/**
 * Says beside the files how far each lane went: a file that is cut between two records would look whole without it. It is
 * not synced: after a power cut it may be an older one, which is true as well. Two copies are written in turn, so that one
 * is whole at any instant.
 */
export class EndMark implements Disposable {
  readonly #paths: readonly string[];
  readonly #files: (number | undefined)[] = [];
  #turn = 0;

  constructor(path: string) {
    this.#paths = [`${path}.0`, `${path}.1`];
  }

  /** @returns `undefined`: there is none; without an id: none can be read */
  async read(): Promise<{ readonly id: string | undefined; readonly lanes: readonly LaneState[] } | undefined> {
    const copies = await Promise.all(this.#paths.map(readIfThere));
    if (copies.every((copy) => copy === undefined)) return undefined;
    const heads = copies.flatMap((copy) => (copy === undefined ? [] : [...scanRecords(copy)].map(({ head }) => head)));
    const states = heads.filter((head) => head?.kind === 'state');
    const newest = new Map<LaneName, LaneState>();
    for (const lane of states.flatMap(({ lanes }) => lanes)) {
      const other = newest.get(lane.lane);
      if (other === undefined || ageOf(lane) > ageOf(other)) newest.set(lane.lane, lane);
    }
    return { id: states[0]?.id, lanes: [...newest.values()] };
  }

  /** Failing is no matter: the one before says less, and is true. So short a write into memory is not worth a wait. */
  write(record: Buffer): void {
    const turn = this.#turn;
    this.#turn = 1 - turn;
    try {
      this.#files[turn] ??= openSync(this.#paths[turn] ?? '', constants.O_RDWR | constants.O_CREAT);
      writeSync(this.#files[turn], record, 0, record.length, 0);
    } catch {}
  }

  /** What was written is on the disk when it resolves. */
  async sync(): Promise<void> {
    for (const file of this.#files) if (file !== undefined) await promisify(fdatasync)(file).catch(() => {});
  }

  [Symbol.dispose](): void {
    for (const file of this.#files.splice(0)) if (file !== undefined) closeSync(file);
  }
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  return await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

/** Grows whenever a lane gets more, or less of it is wanted. */
function ageOf({ messages, front }: LaneState): number {
  return messages + front.messages;
}
