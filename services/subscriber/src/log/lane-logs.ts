import { exchangeOf, type LaneName, type LedgerEntry, type TickRules } from '@tickwatch/core';
import type { DurableLog, LogEntry, Spool } from '@tickwatch/feed';
import { LaneLog, type LaneLogOptions } from './lane-log.ts';
import { readSegment, type Segment } from './segment.ts';

export interface LaneLogsOptions extends LaneLogOptions {
  /** A tick may carry a time so far ahead of when it was received. */
  readonly toleranceMicros: number;
  /** How ticks of an exchange are read; left out: as everywhere. */
  readonly rulesOf?: (exchange: string) => TickRules;
  readonly onRefused: (log: LaneLog, segment: Segment) => void;
  /** A segment came that has messages which are no ticks. */
  readonly onRejected?: (log: LaneLog, segment: Segment) => void;
}

/** The logs of all lanes that this process hears, and the memory that they share. */
export class LaneLogs implements Iterable<LaneLog> {
  readonly #options: LaneLogsOptions;
  readonly #logs = new Map<LaneName, LaneLog>();

  constructor(options: LaneLogsOptions) {
    this.#options = options;
  }

  /** What outlives memory. */
  get durableLog(): DurableLog {
    return this.#options.log;
  }

  /** The same, where it is written here. */
  get spool(): Spool | undefined {
    const { log } = this.#options;
    return log.durability === 'log' ? undefined : (log as Spool);
  }

  get toleranceMicros(): number {
    return this.#options.toleranceMicros;
  }

  rulesOf(exchange: string): TickRules | undefined {
    return this.#options.rulesOf?.(exchange);
  }

  /** Opens the log of a lane, once the durable log can say where it ends. */
  async open(lane: LaneName): Promise<void> {
    if (this.#logs.has(lane)) return;
    const end = (await this.spool?.end(lane)) ?? this.durableLog.start;
    this.#logs.set(lane, new LaneLog(lane, this.#options, this.spool, end));
  }

  get(lane: LaneName): LaneLog | undefined {
    return this.#logs.get(lane);
  }

  [Symbol.iterator](): Iterator<LaneLog> {
    return this.#logs.values();
  }

  /** A segment of what the durable log gave. */
  read(entry: LogEntry, after: string): Segment {
    const rules = this.rulesOf(exchangeOf(entry.lane));
    return readSegment(entry, after, this.toleranceMicros, rules, this.spool === undefined);
  }

  /** Takes a segment into its lane's log. @returns false: there is no room for it, and none can be made */
  take(log: LaneLog, segment: Segment, isReplay = false): boolean {
    const { budget, onRefused, onRejected } = this.#options;
    if (segment.rejected.length > 0) onRejected?.(log, segment);
    const isFull = (): boolean => budget.used + segment.cost > budget.limit;
    if (isFull()) this.#makeRoom();
    if (!isFull()) {
      log.append(segment, isReplay);
      return true;
    }
    log.refuse(segment);
    onRefused(log, segment);
    return false;
  }

  /** The most bytes that one commit takes of all lanes: half of the memory, so that the rest can be emptied meanwhile. */
  get bytesACommit(): number {
    return this.#options.budget.limit / 2;
  }

  get entries(): ReadonlyMap<LaneName, LedgerEntry> {
    return new Map([...this.#logs].map(([lane, { ledger, waiting }]) => [lane, ledger.entry(waiting)]));
  }

  /** Ticks and rejections that neither the database nor the durable log has. */
  get unsaved(): number {
    const kept = [...this].filter(({ isKeeping }) => isKeeping);
    for (const log of kept) log.dropCommitted();
    return kept.flatMap(({ queue }) => queue.segments).reduce((sum, { count }) => sum + count, 0);
  }

  /** When the oldest message that waits was received, µs. */
  get oldestReceivedAt(): number | undefined {
    const oldest = [...this].flatMap(({ waiting, list }) => (waiting > 0 ? (list.oldestReceivedAt ?? []) : []));
    return oldest.length === 0 ? undefined : Math.min(...oldest);
  }

  /** Leaves to the durable log what it has beyond each lane's share of half of the memory. */
  #makeRoom(): void {
    for (const log of this) log.dropCommitted();
    const busy = [...this].filter(({ waiting }) => waiting > 0);
    for (const { list } of busy) list.evict(this.#options.budget.limit / 2 / busy.length);
  }
}
