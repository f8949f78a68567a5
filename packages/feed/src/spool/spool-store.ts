import { type EpochMicros, type LaneName, nowMicros } from '@tickwatch/core';
import { describeError } from '../describe-error.ts';
import type { Label, LogEntry, LogStatus, Place, ResumePoint, Spool, SpoolEntry, SpoolRun } from '../durable-log.ts';
import type { SpoolConfig } from '../feed-config.ts';
import type { OnFeedEvent } from '../feed-event.ts';
import type { GuardedTable } from './guarded-table.ts';
import { LaneMarks } from './lane-marks.ts';
import { decodeEntry, keyOf, labelHead, recordOf, recordsOf } from './record-format.ts';
import { isPosition, placeInSpool } from './spool-place.ts';
import { SpoolTrimmer } from './spool-trimmer.ts';

export interface SpoolStoreOptions extends Omit<SpoolConfig, 'folder' | 'groupCommitMs'> {
  readonly id: string;
  readonly durability: 'spool' | 'memory';
  readonly onEvent: OnFeedEvent;
  /** Called when the table is closed. */
  readonly release: () => Promise<void>;
}

const SWEEP_MS = 1000;
const FULL = 'the log is full';
const END = String(Number.MAX_SAFE_INTEGER);

/**
 * What was heard: one record an entry, whose key says how much is in it, so that sums and trimming never read messages.
 * Entries that are committed stay for a grace, in which a database that was restored finds them again.
 */
export class SpoolStore implements Spool {
  readonly durability: 'spool' | 'memory';
  readonly start = '0';
  readonly #table: GuardedTable;
  readonly #options: SpoolStoreOptions;
  readonly #lanes: LaneMarks;
  readonly #trimmer: SpoolTrimmer;
  readonly #sweeping: NodeJS.Timeout;
  /** Why the last append did not work, and the places that it would have reached. */
  #unwritten: { readonly problem: string; readonly places: Map<LaneName, number> } | undefined;
  #trimProblem: string | undefined;
  #isTold = false;
  readonly #unreadable = new Set<string>();

  constructor(table: GuardedTable, options: SpoolStoreOptions) {
    this.durability = options.durability;
    this.#table = table;
    this.#options = options;
    this.#lanes = new LaneMarks(options.id, options.graceMs);
    this.#trimmer = new SpoolTrimmer(table, this.#lanes);
    table.onReopened = () => this.#lanes.load(table.table);
    this.#lanes.load(table.table);
    this.#sweeping = setInterval(() => void this.#sweep(), SWEEP_MS).unref();
  }

  readonly compare = (a: string, b: string): number => Number(a) - Number(b);

  id(): string {
    return this.#options.id;
  }

  get room(): number {
    return this.#options.maxBytes - this.#lanes.waiting.bytes;
  }

  async lanes(): Promise<readonly LaneName[]> {
    return this.#lanes.names().filter((lane) => [...this.#lanes.entries(lane, 0, undefined, 1)].length > 0);
  }

  async end(lane: LaneName): Promise<string> {
    return String(Math.max(this.#lanes.stateOf(lane).last, this.#lanes.markOf(lane)));
  }

  status(): LogStatus {
    const problem = this.#unwritten?.problem ?? this.#trimProblem;
    return { ...this.#lanes.waiting, maxBytes: this.#options.maxBytes, problem };
  }

  async append(entries: readonly SpoolEntry[]): Promise<void> {
    try {
      await this.#table.exclusive(() => this.#append(entries));
      this.#unwritten = undefined;
    } catch (error) {
      const why = describeError(error);
      const problem = why.startsWith(FULL) ? why : `the log can't be written: ${why}`;
      this.#unwritten = { problem, places: new Map(entries.map(({ lane, position }) => [lane, Number(position)])) };
      throw new Error(problem, { cause: error });
    } finally {
      this.#tell();
    }
  }

  async read(lane: LaneName, after: string, limit: number, upTo = END): Promise<LogEntry | undefined> {
    return await this.#table.reading(() => {
      for (const { key, last, messages } of this.#lanes.entries(lane, Number(after))) {
        const before = last - messages;
        const start = Math.max(0, Number(after) - before);
        const end = Math.min(messages, start + limit, Number(upTo) - before);
        if (end <= start) return undefined;
        const entry = decodeEntry(this.#table.table.get(key));
        if (entry === undefined) this.#unread(lane, String(last));
        else return { lane, messages: entry.messages.slice(start, end), position: String(before + end) };
      }
      return undefined;
    });
  }

  async place(point: ResumePoint | undefined, lane: LaneName, unwritten: readonly LogEntry[] = []): Promise<Place> {
    const place = await this.#table.reading(() => placeInSpool(this, this.#lanes, point, lane, unwritten));
    await this.#table.exclusive(async () => this.#lanes.set(lane, Number(place.after)));
    return place;
  }

  async committed(points: readonly ResumePoint[]): Promise<void> {
    await this.#sweep(() => {
      const own = points.filter(({ logId, position }) => logId === this.id() && isPosition(position));
      for (const { lane, position } of own) this.#lanes.pass(lane, Number(position));
    });
  }

  async trimBefore(lane: LaneName, receivedAt: EpochMicros): Promise<void> {
    const limit = receivedAt - this.#options.followerWindowMs * 1000;
    await this.#sweep(() => {
      let upTo = 0;
      for (const entry of this.#lanes.entries(lane, this.#lanes.markOf(lane))) {
        if (entry.receivedAt > limit) break;
        upTo = entry.last;
      }
      this.#lanes.pass(lane, upTo);
    });
  }

  count(lane: LaneName, after: string): SpoolRun {
    const run = { messages: 0, ticks: 0, rejected: 0 };
    for (const { last, messages, ticks, rejected } of this.#lanes.entries(lane, Number(after))) {
      const part = Math.min(1, (last - Number(after)) / messages);
      run.messages += Math.round(messages * part);
      run.ticks += Math.ceil(ticks * part);
      run.rejected += Math.floor(rejected * part);
    }
    return run;
  }

  labels(lane: LaneName, from: string): readonly Label[] {
    return this.#lanes.labels(lane, Number(from)).map(({ after, seq }) => ({ after: String(after), seq }));
  }

  relabel(lane: LaneName, { after, seq }: Label, keepFrom: string): Promise<void> {
    return this.#table.exclusive(async () => {
      const reach = { after: Number(after), upTo: Number(keepFrom) };
      const label = labelHead(this.#lanes.stateOf(lane), { ...reach, seq }, nowMicros());
      const old = this.#lanes.labels(lane, label.after + 1).filter((other) => other.after < label.upTo);
      await this.#table.remove(old.map(keyOf), [recordOf(label)]);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#sweeping);
    await this.#table.exclusive(() => this.#table.table.close()).catch(() => {});
    await this.#options.release();
  }

  async #append(entries: readonly SpoolEntry[]): Promise<void> {
    const { maxBytes } = this.#options;
    const bytes = entries.flatMap(({ messages }) => messages).reduce((sum, { payload }) => sum + payload.length, 0);
    if (bytes > this.room) throw new Error(`${FULL}: it may hold ${maxBytes} bytes`);
    if (this.#table.isShort) await this.#trimmer.sweep();
    await this.#trimmer.evict(bytes, maxBytes);
    // Only now: what made room has changed the lanes' states.
    const { puts, added } = recordsOf(entries, (lane) => this.#lanes.stateOf(lane), nowMicros());
    await this.#table.add(puts);
    for (const entry of added) this.#lanes.added(entry);
  }

  /** Forgets what need not be kept any more. A failure is told by the status; it is tried again. */
  async #sweep(before: () => void = () => {}): Promise<void> {
    try {
      await this.#table.exclusive(async () => {
        before();
        await this.#trimmer.sweep();
      });
      this.#trimProblem = undefined;
    } catch (error) {
      this.#trimProblem = `the log can't be trimmed: ${describeError(error)}`;
    }
    const places = [...(this.#unwritten?.places ?? [])];
    // What could not be written need not be any more.
    if (places.every(([lane, place]) => place <= this.#lanes.markOf(lane))) this.#unwritten = undefined;
    this.#tell();
  }

  #unread(lane: LaneName, position: string): void {
    if (!this.#unreadable.has(lane + position)) this.#options.onEvent({ type: 'spool_unreadable', lane, position });
    this.#unreadable.add(lane + position);
  }

  #tell(): void {
    const { problem } = this.status();
    if ((problem !== undefined) === this.#isTold) return;
    this.#isTold = problem !== undefined;
    this.#options.onEvent(problem === undefined ? { type: 'spool_recovered' } : { type: 'spool_problem', problem });
  }
}
