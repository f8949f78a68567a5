import type { EpochMicros } from '@tickwatch/core';
import type { FeedMessage } from '@tickwatch/feed';
import type { TickStore } from '@tickwatch/store';
import { UnreadLosses } from '../../src/log/unread-losses.ts';
import { LANE, ModelProcess } from '../model/model-process.ts';
import { ModelSpool } from '../model/model-spool.ts';
import { type Event, type ExpectedHole, expectedHoles, type Fate } from './expected-holes.ts';

const STEP_MICROS = 1000;

/** A subscriber to which things happen on purpose, and what has to be recorded for them. Messages are a millisecond apart. */
export class HoleWorld {
  one!: ModelProcess;
  readonly #store: TickStore;
  readonly #isNumbered: boolean;
  readonly #events: Event[] = [];
  #spool = new ModelSpool('spool-0', LANE);
  #losses = new UnreadLosses();
  #time = 1_700_000_000_000_000;
  #sent = 0;
  #births = 0;

  /** @param isNumbered messages say which one they are */
  constructor(store: TickStore, isNumbered: boolean) {
    this.#store = store;
    this.#isNumbered = isNumbered;
  }

  get expected(): readonly ExpectedHole[] {
    return expectedHoles(this.#events, this.#isNumbered);
  }

  /** Begins a process, on the same disk. */
  async start(): Promise<void> {
    this.#break();
    this.one = await this.#begin(this.#spool);
    await this.one.round();
    this.#losses.countIn(this.one.logs);
  }

  /** Ticks come and are heard. */
  hear(count: number): void {
    this.one.hear(this.#publish(count, 'stored'));
    this.#mark(this.one.refused, 'refused');
  }

  /** Ticks come and nobody is connected. */
  cut(count: number): void {
    this.one.isDeaf = true;
    this.#break();
    this.#publish(count, 'unheard');
    this.one.listen(++this.#time);
  }

  /** Messages are lost on the way; only their numbers tell. */
  skip(count: number): void {
    this.#publish(count, 'skipped');
  }

  setClock(seconds: number): void {
    const from = this.#time as EpochMicros;
    const to = (from + seconds * 1_000_000) as EpochMicros;
    this.one.logs.get(LANE)?.missing.add({ reason: 'clock_stepped', messages: 0, from, to });
    this.#events.push({ type: 'clock', from, to });
  }

  /** Disk and memory are full until so many ticks are refused. */
  async refuse(count: number): Promise<void> {
    this.#spool.isFull = true;
    for (let tries = 0; this.one.refused.length < count; tries++) {
      if (tries === 1000) throw new Error('nothing is refused');
      this.hear(1);
    }
    this.one.refused.length = 0;
    this.#spool.isFull = false;
    await this.one.write();
  }

  /** The process ends at once, and what neither disk nor database has with it; another one begins. @param count ticks meanwhile */
  async crash(count: number): Promise<void> {
    this.#mark(this.one.volatile, 'volatile');
    await this.#end();
    this.#publish(count, 'unheard');
    await this.start();
  }

  /** The process ends, and some of what only its disk has can't be read any more. */
  async damage(random: () => number): Promise<void> {
    await this.one.write();
    const place = Number(this.one.logs.get(LANE)?.place ?? 0);
    await this.#end();
    const first = this.#spool.entries.findIndex(({ position }) => Number(position) > place);
    if (first >= 0) {
      // Where something is missing already, the damage takes the word of it, too.
      const whole = this.#spool.entries.flatMap(({ label }, i) => (i >= first && !label?.holes ? [i] : []));
      const at = whole[Math.floor(random() * whole.length)] ?? Number.POSITIVE_INFINITY;
      const { entries, lost } = this.#spool.damage(at, 1);
      const prices = entries.flatMap(({ messages }) => messages.map((message) => numberOf(message)));
      this.#mark(prices, 'damaged');
      this.#losses.take({ type: 'spool_salvaged', reason: 'damaged', kept: 0, lost, movedTo: '' });
    }
    await this.start();
  }

  /** Another member with a disk of its own hears the same for a while, and goes on when the first one is gone. */
  async takeOver(before: number, after: number): Promise<void> {
    await this.settle();
    const spool = new ModelSpool(`spool-${this.#births}`, LANE);
    const other = await this.#begin(spool);
    await other.round();
    const both = (count: number): void => {
      const messages = this.#publish(count, 'stored');
      for (const one of [this.one, other]) one.hear(messages);
    };
    both(before);
    await this.settle();
    both(after);
    await other.write();
    await this.#end();
    this.#spool = spool;
    this.one = other;
  }

  /** Everything that was heard is stored. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 100; turn++) {
      await this.one.write();
      await this.one.round();
      await this.one.flush();
      if (this.one.ledger.waiting === 0) return;
    }
    throw new Error('something waits for ever');
  }

  async #begin(spool: ModelSpool): Promise<ModelProcess> {
    const one = await ModelProcess.start(this.#store, spool, `owner-${this.#births++}`);
    one.listen(++this.#time);
    return one;
  }

  async #end(): Promise<void> {
    await this.one.leader.close();
    // What a process knew to be missing behind all that it kept, it knew alone.
    const last = this.#events.findLastIndex((event) => event.type === 'tick' && event.fate === 'stored');
    const kept = this.#events.filter((event, i) => i < last || event.type !== 'clock');
    for (const event of kept.slice(last)) {
      if (event.type === 'tick' && event.fate === 'refused') event.fate = 'volatile';
    }
    this.#events.splice(0, this.#events.length, ...kept);
    this.#losses = new UnreadLosses();
  }

  #break(): void {
    this.#events.push({ type: 'break' });
  }

  #publish(count: number, fate: Fate): readonly FeedMessage[] {
    return Array.from({ length: count }, () => {
      this.#time += STEP_MICROS;
      const [n, time] = [++this.#sent, this.#time];
      this.#events.push({ type: 'tick', n, time, fate });
      const at = (time / 1e6).toFixed(6);
      const text = `{"stock_name":"S","price":${n},"timestamp":${at},"n":${n}}`;
      const payload = Buffer.from(this.#isNumbered ? text : `S:(${n}, ${at})`);
      return { payload, receivedAt: time as EpochMicros };
    });
  }

  #mark(prices: readonly string[], fate: Fate): void {
    const marked = new Set(prices.map(Number));
    for (const event of this.#events) if (event.type === 'tick' && marked.has(event.n)) event.fate = fate;
  }
}

function numberOf({ payload }: FeedMessage): string {
  return /"price":(\d+)|\((\d+),/.exec(`${payload}`)?.slice(1).join('') ?? '';
}
