import { type EpochMicros, exchangeOf, nowMicros } from '@tickwatch/core';
import type { LaneLog } from '../log/lane-log.ts';

/** Of what waits it takes so many portions, or longer ones, µs: with each another lane is judged from what is committed. */
const PORTIONS = 100;
const LEAST_PORTION = 250_000;

/**
 * Orders what waits of an exchange whose number of lanes was changed: a stock has another lane then, while ticks of it wait in
 * the one before. What was received before this process began is stored first, one lane at a time and a portion of each in the
 * order of arrival (it may be of several settings), and the rest when that is done: whoever judges a lane begins where the one
 * before has ended.
 */
export class ChangedLanes {
  readonly #startedAt = nowMicros();
  /** Exchanges of which nothing of before is left. */
  readonly #done = new Set<string>();

  /**
   * Sets which lanes are of before.
   * @param ahead by how many µs the clock by which messages are received is ahead of this process's own
   * @returns those that are to be stored now
   */
  next(logs: readonly LaneLog[], ahead: number): readonly LaneLog[] {
    const before = (this.#startedAt + ahead) as EpochMicros;
    return [...new Set(logs.map(({ lane }) => exchangeOf(lane)))].flatMap((exchange) =>
      this.#nextOf(
        exchange,
        logs.filter(({ lane }) => exchangeOf(lane) === exchange),
        before,
      ),
    );
  }

  #nextOf(exchange: string, logs: readonly LaneLog[], before: EpochMicros): readonly LaneLog[] {
    if (this.#done.has(exchange)) {
      // Of one that another member led meanwhile.
      for (const log of logs) log.before = undefined;
      return logs;
    }
    const isOf = ({ list, isReading }: LaneLog): boolean =>
      isReading || (list.head[0]?.receivedFrom ?? before) < before;
    const isKnown = logs.some((log) => log.before !== undefined);
    const [first, second] =
      isKnown || isChanged(logs) ? logs.filter(isOf).toSorted((a, b) => oldest(a) - oldest(b)) : [];
    for (const log of logs) log.before = first === undefined ? undefined : before;
    if (first === undefined) {
      if (isKnown) this.#done.add(exchange);
      return logs;
    }
    if (second !== undefined) {
      const portion = Math.max(LEAST_PORTION, (before - oldest(first)) / PORTIONS);
      first.before = Math.min(before, oldest(second) + portion) as EpochMicros;
    }
    return first.list.head.length > 0 ? [first] : [];
  }
}

/** Some of them are of other settings, or were committed under others. */
function isChanged(logs: readonly LaneLog[]): boolean {
  const counts = new Set(logs.map(({ committed }) => committed?.coverage?.lanes));
  return (
    logs.some((log) => log.isOld || log.lanes !== (log.committed?.coverage?.lanes ?? log.lanes)) || counts.size > 1
  );
}

/** 0: it is not read yet. */
function oldest({ list }: LaneLog): number {
  return list.head[0]?.receivedFrom ?? 0;
}
