import { backoffMs, type LaneName, nowMicros } from '@tickwatch/core';
import { type LogEntry, MAX_ENTRY_MESSAGES, type PullSource } from '@tickwatch/feed';
import { sleep } from '@tickwatch/runtime';
import type { LaneLog } from './lane-log.ts';
import type { LaneLogs } from './lane-logs.ts';

/** When nothing of before came for so long, what a source held already is read. */
const READING_MS = 2000;

/** Reads lanes from a source that keeps them, each from a place of its own, into their logs. */
export class StreamReader {
  readonly #source: PullSource;
  readonly #logs: LaneLogs;
  #onHeard: () => void = () => {};
  readonly #reading = new Map<LaneName, AbortController>();

  constructor(source: PullSource, logs: LaneLogs) {
    this.#source = source;
    this.#logs = logs;
  }

  start(onHeard: () => void): void {
    this.#onHeard = onHeard;
    this.#source.start();
  }

  /** A lane is led: reads on behind a place, instead of where it was read before. What is there already goes not live. */
  lead(log: LaneLog, after: string): void {
    this.#begin(log, after, log.numbering.cutsBehind(after));
  }

  /** Nobody can say how far a lane is committed: reads what arrives, unless that is done already. */
  keep(log: LaneLog): void {
    if (!this.#reading.has(log.lane)) this.#begin(log, undefined, []);
  }

  end(lane: LaneName): void {
    this.#reading.get(lane)?.abort();
    this.#reading.delete(lane);
  }

  close(): void {
    for (const lane of [...this.#reading.keys()]) this.end(lane);
  }

  /** @param from `undefined`: from its end. @param cuts places in between, behind which numbers begin anew */
  #begin(log: LaneLog, from: string | undefined, cuts: readonly string[]): void {
    this.end(log.lane);
    const ending = new AbortController();
    this.#reading.set(log.lane, ending);
    void this.#read(log, from, cuts, ending.signal);
  }

  async #read(lane: LaneLog, from: string | undefined, cuts: readonly string[], signal: AbortSignal): Promise<void> {
    const log = this.#logs.durableLog;
    const begun = nowMicros();
    if (from !== undefined) lane.readingUntil = performance.now() + READING_MS;
    const end = await persist(() => log.end(lane.lane), signal);
    let after = from ?? end ?? log.start;
    const take = (entry: LogEntry): void => {
      const isReplay = end !== undefined && log.compare(entry.position, end) <= 0;
      this.#logs.take(lane, this.#logs.read(entry, after), isReplay);
      after = entry.position;
      if ((entry.messages.at(-1)?.receivedAt ?? begun) < begun) lane.readingUntil = performance.now() + READING_MS;
      this.#onHeard();
    };
    for (const cut of cuts) {
      while (!signal.aborted) {
        const entry = await persist(() => log.read(lane.lane, after, MAX_ENTRY_MESSAGES, cut), signal);
        if (signal.aborted || entry === undefined) break;
        take(entry);
      }
    }
    if (signal.aborted) return;
    for await (const entry of this.#source.follow(lane.lane, after, signal)) {
      if (signal.aborted) return;
      take(entry);
    }
  }
}

/** Tries until it works; `undefined` when the signal aborts before. The source's own state says what is wrong. */
async function persist<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      return await work();
    } catch {
      await sleep(backoffMs(attempt), signal);
    }
  }
  return undefined;
}
