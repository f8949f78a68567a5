import type { Spool, SpoolEntry } from '@tickwatch/feed';
import type { LaneLog } from './lane-log.ts';

/** While the spool takes nothing it is tried again this often. */
const RETRY_MS = 1000;
/** A message that follows none closely lingers so long before its commit: its way to the viewers goes first. */
const LINGER_MS = 2;

/** Writes what the logs have and the spool has not, many messages in one commit, and moves their durable marks. */
export class SpoolWriter {
  readonly #logs: Iterable<LaneLog>;
  readonly #spool: Spool;
  readonly #groupCommitMs: number;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #lastWrite = Number.NEGATIVE_INFINITY;
  #hasFailed = false;

  constructor(logs: Iterable<LaneLog>, spool: Spool, groupCommitMs: number) {
    this.#logs = logs;
    this.#spool = spool;
    this.#groupCommitMs = groupCommitMs;
  }

  /** There is something to write. */
  wake(): void {
    if (this.#timer !== undefined || this.#writing !== undefined) return;
    this.#timer = setTimeout(() => this.#begin(), this.#hasFailed ? RETRY_MS : this.#untilWrite());
  }

  /** Room may have been made: what a failure keeps waiting is tried at once. */
  retry(): void {
    if (!this.#hasFailed || this.#writing !== undefined) return;
    clearTimeout(this.#timer);
    this.#begin();
  }

  /** Writes what is left, once. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#writing;
    clearTimeout(this.#timer);
    await this.#write();
  }

  #begin(): void {
    this.#timer = undefined;
    this.#writing = this.#write().finally(() => {
      this.#writing = undefined;
      if ([...this.#logs].some(({ queue }) => queue.segments.length > 0)) this.wake();
    });
  }

  #untilWrite(): number {
    const since = performance.now() - this.#lastWrite;
    return Math.max(Math.min(LINGER_MS, this.#groupCommitMs), this.#groupCommitMs - since);
  }

  /** Never rejects: why the spool takes nothing is told by its status. */
  async #write(): Promise<void> {
    this.#lastWrite = performance.now();
    if (this.#hasFailed) for (const log of this.#logs) log.dropCommitted();
    const { fitting, beyond } = this.#unwritten();
    try {
      // Of what does not fit the first: the spool itself says that it is full.
      for (const part of [fitting, beyond.slice(0, 1)]) {
        if (part.length > 0) await this.#spool.append(part.map(({ entry }) => entry));
        for (const { log, entry } of part) log.markDurable(entry.position);
      }
      this.#hasFailed = false;
    } catch {
      this.#hasFailed = true;
    }
  }

  #unwritten(): Record<'fitting' | 'beyond', readonly Unwritten[]> {
    const fitting: Unwritten[] = [];
    const beyond: Unwritten[] = [];
    let { room } = this.#spool;
    for (const log of this.#logs) {
      for (const entry of log.queue.entries()) {
        room -= entry.messages.reduce((sum, { payload }) => sum + payload.length, 0);
        (room < 0 ? beyond : fitting).push({ log, entry });
        if (room < 0) break;
      }
    }
    return { fitting, beyond };
  }
}

interface Unwritten {
  readonly log: LaneLog;
  readonly entry: SpoolEntry;
}
