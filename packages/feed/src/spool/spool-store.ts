import type { EpochMicros, LaneName } from '@tickwatch/core';
import { describeError } from '../describe-error.ts';
import type { Label, LogEntry, LogStatus, Place, ResumePoint, Spool, SpoolEntry, SpoolRun } from '../durable-log.ts';
import type { SpoolConfig } from '../feed-config.ts';
import type { OnFeedEvent } from '../feed-event.ts';
import type { LaneIndex } from './lane-index.ts';
import { readBehind } from './read-behind.ts';
import { Retention } from './retention.ts';
import type { SpoolLog } from './spool-log.ts';
import { isPosition, placeInSpool } from './spool-place.ts';

export interface SpoolStoreOptions extends Omit<SpoolConfig, 'folder' | 'groupCommitMs'> {
  readonly durability: 'spool' | 'memory';
  readonly onEvent: OnFeedEvent;
  /** Called when all is closed. */
  readonly release: () => Promise<void>;
}

const SWEEP_MS = 1000;
const FULL = 'the log is full';
const NO_SPACE = 'no space is left on the disk';
/** What was heard, until it is committed and a grace is over, in which a database that was restored finds it again. */
export class SpoolStore implements Spool {
  readonly durability: 'spool' | 'memory';
  readonly start = '0';
  readonly #log: SpoolLog;
  readonly #options: SpoolStoreOptions;
  readonly #retention: Retention;
  readonly #sweeping: NodeJS.Timeout;
  #work: Promise<unknown> = Promise.resolve();
  /** The disk is full: whatever can go should. */
  #isShort = false;
  /** Why the last append did not work, and the places that it would have reached. */
  #unwritten: { readonly problem: string; readonly places: Map<LaneName, number> } | undefined;
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
    const problem = this.#unwritten?.problem ?? this.#trimProblem;
    return { messages, bytes, maxBytes: this.#options.maxBytes, problem };
  }

  async append(entries: readonly SpoolEntry[]): Promise<void> {
    try {
      await this.#exclusive(() => this.#append(entries));
      this.#unwritten = undefined;
      this.#isShort = false;
    } catch (error) {
      this.#isShort = /^(ENOSPC|EDQUOT)$/.test((error as NodeJS.ErrnoException).code ?? '');
      const why = this.#isShort ? NO_SPACE : describeError(error);
      const problem = why.startsWith(FULL) ? why : `the log can't be written: ${why}`;
      this.#unwritten = { problem, places: new Map(entries.map(({ lane, position }) => [lane, Number(position)])) };
      throw new Error(problem, { cause: error });
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

  /** Runs after all that was asked for before. */
  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#work.then(work);
    this.#work = done.catch(() => {});
    return done;
  }

  async #append(entries: readonly SpoolEntry[]): Promise<void> {
    const { maxBytes } = this.#options;
    const bytes = entries.flatMap(({ messages }) => messages).reduce((sum, { payload }) => sum + payload.length, 0);
    if (bytes > this.room) throw new Error(`${FULL}: it may hold ${maxBytes} bytes`);
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
    const places = [...(this.#unwritten?.places ?? [])];
    // What could not be written need not be any more.
    if (places.every(([lane, place]) => place <= this.#log.lane(lane).mark)) this.#unwritten = undefined;
    this.#tell();
  }

  #tell(): void {
    const { problem } = this.status();
    if ((problem !== undefined) === this.#isTold) return;
    this.#isTold = problem !== undefined;
    this.#options.onEvent(problem === undefined ? { type: 'spool_recovered' } : { type: 'spool_problem', problem });
  }
}
