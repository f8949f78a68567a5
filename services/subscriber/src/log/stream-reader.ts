import { setTimeout as delay } from 'node:timers/promises';
import { backoffMs, type LaneName } from '@tickwatch/core';
import { type DurableLog, type LogEntry, MAX_ENTRY_MESSAGES, type PullSource } from '@tickwatch/feed';
import type { LaneLog } from './lane-log.ts';
import type { LaneLogs } from './lane-logs.ts';
import { readSegment } from './segment.ts';

export interface StreamParts {
  readonly source: PullSource;
  readonly log: DurableLog;
  readonly logs: LaneLogs;
}

/** Reads lanes from a source that keeps them, each from a place of its own, into their logs. */
export class StreamReader {
  readonly #parts: StreamParts;
  readonly #toleranceMicros: number;
  readonly #onHeard: () => void;
  readonly #reading = new Map<LaneName, AbortController>();

  constructor(parts: StreamParts, toleranceMicros: number, onHeard: () => void) {
    this.#parts = parts;
    this.#toleranceMicros = toleranceMicros;
    this.#onHeard = onHeard;
  }

  /**
   * Reads a lane from a place on (`undefined`: from its end), instead of where it was read before. What is there already
   * does not go live. @param cuts places in between, behind which numbers begin anew
   */
  begin(log: LaneLog, from: string | undefined, cuts: readonly string[]): void {
    this.end(log.lane);
    const ending = new AbortController();
    this.#reading.set(log.lane, ending);
    void this.#read(log, from, cuts, ending.signal);
  }

  isReading(lane: LaneName): boolean {
    return this.#reading.has(lane);
  }

  end(lane: LaneName): void {
    this.#reading.get(lane)?.abort();
    this.#reading.delete(lane);
  }

  close(): void {
    for (const lane of [...this.#reading.keys()]) this.end(lane);
  }

  async #read(lane: LaneLog, from: string | undefined, cuts: readonly string[], signal: AbortSignal): Promise<void> {
    const { source, log } = this.#parts;
    const end = await persist(() => log.end(lane.lane), signal);
    let after = from ?? end ?? log.start;
    const take = (entry: LogEntry): void => {
      const isReplay = end !== undefined && log.compare(entry.position, end) <= 0;
      this.#take(lane, entry, after, isReplay);
      after = entry.position;
    };
    for (const cut of cuts) {
      while (!signal.aborted) {
        const entry = await persist(() => log.read(lane.lane, after, MAX_ENTRY_MESSAGES, cut), signal);
        if (signal.aborted || entry === undefined) break;
        take(entry);
      }
    }
    if (signal.aborted) return;
    for await (const entry of source.follow(lane.lane, after, signal)) {
      if (signal.aborted) return;
      take(entry);
    }
  }

  #take(lane: LaneLog, { messages, position }: LogEntry, after: string, isReplay: boolean): void {
    const segment = readSegment(lane.lane, messages, { after, position }, this.#toleranceMicros, true);
    this.#parts.logs.take(lane, segment, isReplay);
    this.#onHeard();
  }
}

/** Tries until it works; `undefined` when the signal aborts before. The source's own state says what is wrong. */
async function persist<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      return await work();
    } catch {
      await delay(backoffMs(attempt), undefined, { signal }).catch(() => {});
    }
  }
  return undefined;
}
