import type { LaneName } from '@tickwatch/core';
import type { SpoolEntry } from '../durable-log.ts';
import type { EndMark } from './end-mark.ts';
import { LaneIndex } from './lane-index.ts';
import {
  type EntryHead,
  encodeRecord,
  entryHead,
  type LanePlace,
  SPOOL_VERSION,
  type StateHead,
  scanRecords,
} from './record-format.ts';
import type { SpoolFile, SpoolFiles } from './spool-files.ts';

const MIN_FILE_BYTES = 64 * 1024;
const MAX_FILE_BYTES = 16 * 1024 * 1024;
/** A file is this part of all room: what is stored in the last one takes room for nothing. */
const FILE_PART = 1 / 16;
/** So many files' worth may lie there that is no longer wanted. */
const MAX_DEAD_FILES = 4;

export interface SpoolLogOptions {
  readonly id: string;
  /** How much it may hold at most, or the disk, in bytes. */
  readonly maxBytes: number;
  readonly store: SpoolFiles;
  readonly end: EndMark | undefined;
  /** See {@link StateHead.told}. */
  readonly told: readonly string[];
}

/** The files of a spool, and the index of what is in them. Records are written at the end; the oldest files go. */
export class SpoolLog {
  readonly lanes: Map<LaneName, LaneIndex>;
  readonly #options: SpoolLogOptions;
  readonly #fileBytes: number;
  /** In order. */
  #files: SpoolFile[];
  /** The last one, when this process began it. */
  #active: SpoolFile | undefined;
  /** The one after it. */
  #next: Promise<SpoolFile | undefined> | undefined;

  constructor(lanes: ReadonlyMap<LaneName, LaneIndex>, files: readonly SpoolFile[], options: SpoolLogOptions) {
    this.lanes = new Map(lanes);
    this.#files = [...files];
    this.#options = options;
    this.#fileBytes = Math.min(MAX_FILE_BYTES, Math.max(MIN_FILE_BYTES, options.maxBytes * FILE_PART));
  }

  get id(): string {
    return this.#options.id;
  }

  lane(name: LaneName): LaneIndex {
    const lane = this.lanes.get(name) ?? new LaneIndex(name);
    this.lanes.set(name, lane);
    return lane;
  }

  /** A disk that was full has room again when so many bytes and a file more fit. @throws Error ENOSPC: it has not */
  async needRoom(bytes: number): Promise<void> {
    if ((await this.#options.store.free()) >= bytes + this.#fileBytes) return;
    throw Object.assign(new Error('the disk is still full'), { code: 'ENOSPC' });
  }

  /** Writes entries, all or none. @throws what the disk says */
  async append(entries: readonly SpoolEntry[]): Promise<void> {
    const ends = new Map<LaneName, LanePlace>();
    const heads: EntryHead[] = [];
    const records = entries.map((entry) => {
      const head = entryHead(entry, ends.get(entry.lane) ?? this.lane(entry.lane), this.id);
      const messages = head.before.messages + entry.messages.length;
      ends.set(entry.lane, { last: head.last, messages, ticks: head.before.ticks + entry.ticks });
      heads.push(head);
      return encodeRecord(
        head,
        entry.messages.map(({ payload }) => payload),
      );
    });
    const { file, at } = await this.#write(records);
    let from = at;
    for (const [i, head] of heads.entries()) {
      const to = from + (records[i]?.length ?? 0);
      this.lane(head.lane).add(file, from, to, head);
      from = to;
    }
    this.#options.end?.write(this.#state());
  }

  /** @throws what the disk says */
  async relabel(name: LaneName, after: number, seq: number, upTo: number): Promise<void> {
    const lane = this.lane(name);
    const labels = lane.relabeled(after, seq, upTo);
    await this.#write([encodeRecord({ kind: 'labels', id: this.id, lane: name, labels })]);
    lane.labels = labels;
  }

  /** Begins a file, which says first what is known of all before it. @throws what the disk says */
  async begin(): Promise<void> {
    await this.#active?.close();
    this.#active = undefined;
    await this.#write([]);
    this.#options.end?.write(this.#state());
  }

  /** Removes what is no longer wanted. @param isShort no room may be left unused. @throws what the disk says */
  async sweep(isShort: boolean): Promise<void> {
    const active = this.#active;
    const last = this.#files.at(-1);
    const count = this.#files.findIndex((file) => file.live > 0 || file === last);
    const old = this.#files.slice(0, Math.max(0, count));
    const isLastFree = isShort && active?.live === 0 && active === this.#files[old.length];
    const loose = this.#loose();
    if (old.length === 0 && !isLastFree && loose === undefined) return;
    // Who finds less than is wanted takes it for lost.
    this.#options.end?.write(this.#state());
    await this.#options.end?.sync();
    for (const file of old) {
      await this.#options.store.remove(file);
      this.#files.shift();
    }
    if (isLastFree) await active.cut(0);
    if (loose !== undefined) await this.#tighten(loose);
  }

  async close(): Promise<void> {
    await this.#active?.close();
    await (await this.#next)?.close();
    this.#options.end?.[Symbol.dispose]();
  }

  /** @returns where the first of the records lies */
  async #write(records: readonly Buffer[]): Promise<{ readonly file: SpoolFile; readonly at: number }> {
    const file = await this.#writable();
    const state = file.size === 0 ? [this.#state()] : [];
    const at = file.size + (state[0]?.length ?? 0);
    await file.append(Buffer.concat([...state, ...records]));
    return { file, at };
  }

  /** Each process begins a file of its own: what another one left at the end of the last stays what it is. */
  async #writable(): Promise<SpoolFile> {
    const active = this.#active;
    if (active !== undefined && active.size < this.#fileBytes) {
      // The next one is there before it is needed: what waits for it would wait long in a process that is busy.
      if (active.size > this.#fileBytes / 2) this.#next ??= this.#create().catch(() => undefined);
      return active;
    }
    const file = (await this.#next) ?? (await this.#create());
    this.#next = undefined;
    void active?.close();
    this.#files.push(file);
    this.#active = file;
    return file;
  }

  #create(): Promise<SpoolFile> {
    return this.#options.store.create((this.#files.at(-1)?.number ?? 0) + 1);
  }

  /** A lane that nobody stores keeps files in which nothing else is wanted: they are written again without the rest. */
  #loose(): SpoolFile | undefined {
    const live = this.#files.reduce((sum, file) => sum + file.live, 0);
    const dead = this.#files.reduce((sum, { size }) => sum + size, 0) - live;
    if (dead <= Math.max(live, MAX_DEAD_FILES * this.#fileBytes)) return undefined;
    return this.#files.find((file) => file !== this.#active && file.live > 0 && file.live < file.size / 2);
  }

  async #tighten(loose: SpoolFile): Promise<void> {
    const lanes = [...this.lanes.values()];
    const base = lanes.map((lane) => ({ ...lane.state, ...lane.before(loose) }));
    const wanted = lanes.flatMap((lane) =>
      lane.blocks.filter(({ file }) => file === loose).map((block) => ({ lane: lane.lane, block })),
    );
    const records = wanted.flatMap(({ lane, block: { from, to } }) => {
      const bytes = loose.read(from, to);
      const own = [...scanRecords(bytes)].filter(({ head }) => head?.kind === 'entry' && head.lane === lane);
      return own.map(({ from, to, head }) => ({ head: head as EntryHead, bytes: bytes.subarray(from, to) }));
    });
    const state = this.#state({ lanes: base, isBase: true });
    const file = await this.#options.store.replace(loose.number, [state, ...records.map(({ bytes }) => bytes)]);
    const moved = new Map(base.map((end) => [end.lane, new LaneIndex(end.lane, end)]));
    let from = state.length;
    for (const { head, bytes } of records) {
      moved.get(head.lane)?.add(file, from, from + bytes.length, head);
      from += bytes.length;
    }
    for (const [name, index] of moved) this.lane(name).moved(loose, index);
    this.#files[this.#files.indexOf(loose)] = file;
  }

  #state(other: Partial<StateHead> = {}): Buffer {
    const lanes = [...this.lanes.values()].map(({ state }) => state);
    const { id, told } = this.#options;
    return encodeRecord({ kind: 'state', version: SPOOL_VERSION, id, lanes, told, ...other });
  }
}
