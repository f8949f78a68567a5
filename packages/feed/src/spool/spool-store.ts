import type { EpochMicros, LaneName } from '@tickwatch/core';
import { describeError } from '../describe-error.ts';
import type { Label, LogEntry, LogStatus, Place, ResumePoint, Spool, SpoolEntry, SpoolRun } from '../durable-log.ts';
import type { SpoolConfig } from '../feed-config.ts';
import type { OnFeedEvent } from '../feed-event.ts';
import type { LaneIndex } from './lane-index.ts';
import { readBehind } from './read-behind.ts';
import { Retention } from './retention.ts';
import { FullError, type Lack, Shortage } from './shortage.ts';
import type { SpoolLog } from './spool-log.ts';
import { isPosition, placeInSpool } from './spool-place.ts';

export interface SpoolStoreOptions extends Omit<SpoolConfig, 'folder' | 'groupCommitMs'> {
  readonly durability: 'spool' | 'memory';
  readonly onEvent: OnFeedEvent;
  /** Called when all is closed. */
  readonly release: () => Promise<void>;
}

const SWEEP_MS = 1000;
/** A log that was full has room again when this part of it is free. */
const CLEAR_PART = 1 / 16;

/** What was heard, until it is committed and a grace is over, in which a database that was restored finds it again. */
export class SpoolStore implements Spool {
  readonly durability: 'spool' | 'memory';
  readonly start = '0';
  readonly #log: SpoolLog;
  readonly #options: SpoolStoreOptions;
  readonly #retention: Retention;
  readonly #sweeping: NodeJS.Timeout;
  #work: Promise<unknown> = Promise.resolve();
  readonly #shortage = new Shortage((lack) => this.#hasRoom(lack));
  #trimProblem: string | undefined;
  #isTold = false;
  readonly #unreadable = new Set<string>();

  constructor(log: SpoolLog, options: SpoolStoreOptions) {
    this.durability = options.durability;
    this.#log = log;
    this.#options = options;
    this.#retention = new Retention(log.lanes, options.graceMs);
    this.#sweeping = setInterval(() => void this.#sweep(), SWEEP_MS).unref();
  }

  readonly compare = (a: string, b: string): number => Number(a) - Number(b);

  id(): string {
    return this.#log.id;
  }

  get room(): number {
    return this.#options.maxBytes - this.status().bytes;
  }

  async lanes(): Promise<readonly LaneName[]> {
    return this.#lanes.filter(({ blocks }) => blocks.length > 0).map(({ lane }) => lane);
  }

  async end(lane: LaneName): Promise<string> {
    const { last, mark } = this.#log.lane(lane);
    return String(Math.max(last, mark));
  }

  status(): LogStatus {
    let [messages, bytes] = [0, 0];
    for (const { waiting } of this.#lanes) {
      messages += waiting.messages;
      bytes += waiting.bytes;
    }
    const problem = this.#shortage.problem ?? this.#trimProblem;
    return { messages, bytes, maxBytes: this.#options.maxBytes, problem };
  }

  async append(entries: readonly SpoolEntry[]): Promise<void> {
    try {
      await this.#exclusive(() => this.#append(entries));
      await this.#shortage.wrote();
    } catch (error) {
      throw this.#shortage.failed(error, entries);
    } finally {
      this.#tell();
    }
  }

  async read(lane: LaneName, after: string, limit: number, upTo?: string): Promise<LogEntry | undefined> {
    const index = this.#log.lane(lane);
    return readBehind(index, Number(after), { limit, upTo: Number(upTo ?? index.last) }, (position) => {
      if (!this.#unreadable.has(lane + position)) this.#options.onEvent({ type: 'spool_unreadable', lane, position });
      this.#unreadable.add(lane + position);
    });
  }

  async place(point: ResumePoint | undefined, lane: LaneName, unwritten: readonly LogEntry[] = []): Promise<Place> {
    const index = this.#log.lane(lane);
    const place = await placeInSpool(this, index.blocks, point, lane, unwritten);
    const after = Number(place.after);
    await this.#exclusive(async () => {
      index.mark = after;
    });
    if (place.by !== 'own' || after >= index.trimmed) return place;
    return { ...place, gone: { upTo: String(index.trimmed), messages: index.trimmed - after } };
  }

  async committed(points: readonly ResumePoint[]): Promise<void> {
    await this.#sweep(() => {
      const own = points.filter(({ logId, position }) => logId === this.id() && isPosition(position));
      for (const { lane, position } of own) this.#log.lane(lane).pass(Number(position));
    });
  }

  async trimBefore(lane: LaneName, receivedAt: EpochMicros): Promise<void> {
    const limit = receivedAt - this.#options.followerWindowMs * 1000;
    await this.#sweep(() => {
      const index = this.#log.lane(lane);
      const old = index.behind(index.mark).findLast((block) => block.receivedAt <= limit);
      if (old !== undefined) index.pass(old.last);
    });
  }

  count(lane: LaneName, after: string): SpoolRun {
    return this.#log.lane(lane).count(Number(after));
  }

  labels(lane: LaneName, from: string): readonly Label[] {
    const labels = this.#log.lane(lane).labels.filter(({ after }) => after >= Number(from));
    return labels.map(({ after, seq, holes }) => ({ after: String(after), seq, ...(holes && { holes }) }));
  }

  relabel(lane: LaneName, { after, seq }: Label, keepFrom: string): Promise<void> {
    return this.#exclusive(() => this.#log.relabel(lane, Number(after), seq, Number(keepFrom)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#sweeping);
    await this.#exclusive(() => this.#log.close()).catch(() => {});
    await this.#options.release();
  }

  get #lanes(): readonly LaneIndex[] {
    return [...this.#log.lanes.values()];
  }

  /** The disk is full: whatever can go should. */
  get #isShort(): boolean {
    return this.#shortage.lack === 'disk';
  }

  /** Runs after all that was asked for before. */
  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#work.then(work);
    this.#work = done.catch(() => {});
    return done;
  }

  async #append(entries: readonly SpoolEntry[]): Promise<void> {
    const { maxBytes } = this.#options;
    const bytes = entries.flatMap(({ messages }) => messages).reduce((sum, { payload }) => sum + payload.length, 0);
    if (bytes > this.room) throw new FullError(maxBytes);
    if (this.#isShort) {
      await this.#forget();
      await this.#log.needRoom(bytes);
    }
    this.#retention.evict(bytes, maxBytes);
    await this.#log.append(entries);
  }

  /** Forgets what need not be kept any more. */
  async #forget(): Promise<void> {
    this.#retention.sweep(this.#isShort);
    await this.#log.sweep(this.#isShort);
  }

  /** A failure is told by the status; it is tried again. */
  async #sweep(before: () => void = () => {}): Promise<void> {
    try {
      await this.#exclusive(async () => {
        before();
        await this.#forget();
      });
      this.#trimProblem = undefined;
    } catch (error) {
      this.#trimProblem = `the log can't be trimmed: ${describeError(error)}`;
    }
    await this.#shortage.look((lane, place) => place <= this.#log.lane(lane).mark);
    this.#tell();
  }

  async #hasRoom(lack: Lack): Promise<boolean> {
    if (lack === 'limit') return this.room >= this.#options.maxBytes * CLEAR_PART;
    return await this.#log.needRoom(0).then(
      () => true,
      () => false,
    );
  }

  #tell(): void {
    const { problem } = this.status();
    if ((problem !== undefined) === this.#isTold) return;
    this.#isTold = problem !== undefined;
    this.#options.onEvent(problem === undefined ? { type: 'spool_recovered' } : { type: 'spool_problem', problem });
  }
}
