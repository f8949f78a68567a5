import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type LiveMessage, type LiveTick, parseTime } from '@tickwatch/core';
import { Viewer } from '../contracts/live/viewer.ts';
import { seeded } from '../faults/random.ts';
import { until } from '../servers/index.ts';
import { EXCHANGES, type House, openHouse } from './replay-house.ts';

const DAY = new Date(Date.now() - 20 * 86_400_000).toISOString().slice(0, 10);
const FIRST = Date.parse(`${DAY}T14:30:00Z`) * 1000;
const TICKS = 6000;
/** Of the ticks, in µs. */
const SPAN = 60_000_000;
const RANGE = { from: `${DAY}T14:29:58Z`, to: `${DAY}T14:31:01Z` };
const ACTIONS = 200;

type Speed = number | 'unpaced';

interface ReplayMessage extends LiveMessage {
  readonly replay: { readonly seek: number; readonly time: string; readonly state: string };
}

interface HeardTick extends LiveTick {
  readonly seek: number;
}

/** How far a replay may be at most, as who tells it what to do knows: from before it is told it may have been. */
class Furthest {
  #moment: number;
  #since: number;
  #speed: Speed;
  #isPaused = false;

  constructor(moment: number, speed: Speed) {
    this.#moment = moment;
    this.#since = performance.now();
    this.#speed = speed;
  }

  now(): number {
    if (this.#isPaused) return this.#moment;
    if (this.#speed === 'unpaced') return Number.POSITIVE_INFINITY;
    return this.#moment + (performance.now() - this.#since) * 1000 * this.#speed;
  }

  /** @param at where it says that it is, which counts where it went as fast as it could */
  paused(at: number): void {
    this.#moment = Math.min(this.now(), this.#speed === 'unpaced' ? at : Number.POSITIVE_INFINITY);
    this.#isPaused = true;
  }

  resumes(): void {
    if (this.#isPaused) this.#since = performance.now();
    this.#isPaused = false;
  }

  /** While it is told, the faster of the two speeds counts. @returns to be called when it has been told */
  speeds(speed: Speed): (at: number) => void {
    const before = this.#speed;
    const toldAt = performance.now();
    if (speed === 'unpaced' || (before !== 'unpaced' && speed > before)) {
      this.#goOn(this.now(), speed, toldAt);
      return () => {};
    }
    // From as fast as it could it went on somewhere, and not before it was told to.
    if (before === 'unpaced') return (at) => this.#goOn(this.#isPaused ? this.#moment : at, speed, toldAt);
    return () => this.#goOn(this.now(), speed, performance.now());
  }

  #goOn(moment: number, speed: Speed, since: number): void {
    this.#moment = moment;
    this.#since = since;
    this.#speed = speed;
  }
}

const keyOf = ({ stock_name, exchange_name, price, timestamp, seq }: LiveTick): string =>
  [stock_name, exchange_name, price, timestamp, seq].join('|');
const micros = (timestamp: string): number => parseTime(timestamp) ?? Number.NaN;
const stamp = (moment: number): string => (moment / 1e6).toFixed(6);

/** A tick every 10 ms, three of one time stamp, one in eleven late. */
async function fill(house: House): Promise<void> {
  const messages = new Map<string, string[]>(EXCHANGES.map((exchange) => [exchange, []]));
  for (let i = 0; i < TICKS; i++) {
    const time = FIRST + Math.floor(i / 3) * ((3 * SPAN) / TICKS) - (i % 11 === 10 ? 400_000 : 0);
    const exchange = EXCHANGES[i % 4 === 0 ? 1 : 0] as string;
    messages.get(exchange)?.push(`S${(i * 7) % 13}:(${100 + (i % 90)}.50, ${stamp(time)})`);
  }
  for (const [exchange, some] of messages) await house.publish(exchange, some);
  await house.stored();
}

it('of 200 seeks, pauses, speeds and torn lines, heard at a real connection: no tick missing, none twice, none early', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tickwatch-replay-'));
  try {
    await using house = await openHouse(folder, 'NASDAQ:2');
    await fill(house);
    await walk(house);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

async function walk(house: House): Promise<void> {
  const random = seeded(20);
  const integer = (most: number): number => Math.floor(random() * most);
  const pick = <T>(items: readonly T[]): T => items[integer(items.length)] as T;
  const { id, channel } = await house.ask('POST', '', { ...RANGE, speed: 10 });
  const furthest = [new Furthest(micros(RANGE.from), 10)];
  const last = (): Furthest => furthest.at(-1) as Furthest;
  const tell = (what: string, body?: object) => house.ask('POST', `/${id}/${what}`, body);
  const seeks = [micros(RANGE.from)];
  let speed: Speed = 10;
  let isPaused = false;

  using viewer = new Viewer(house.websocketUrl, channel);
  const heard: HeardTick[] = [];
  const early: string[] = [];
  viewer.subscription.on('publication', ({ data }) => {
    const { ticks, replay } = data as ReplayMessage;
    const most = furthest[replay.seek]?.now() ?? Number.NEGATIVE_INFINITY;
    for (const tick of ticks) {
      if (micros(tick.timestamp) > most + 10) early.push(`${keyOf(tick)} at ${stamp(most)}, seek ${replay.seek}`);
      heard.push({ ...tick, seek: replay.seek });
    }
  });
  await viewer.ready();

  const seek = async (): Promise<void> => {
    const moment = FIRST + integer(SPAN);
    seeks.push(moment);
    furthest.push(new Furthest(moment, speed));
    if (isPaused) last().paused(moment);
    await tell('seek', { time: stamp(moment) });
  };
  const pause = async (): Promise<void> => {
    isPaused = true;
    last().paused(micros((await tell('pause')).time));
  };
  const resume = async (): Promise<void> => {
    isPaused = false;
    last().resumes();
    await tell('resume');
  };
  const setSpeed = async (to: Speed): Promise<void> => {
    const told = last().speeds(to);
    speed = to;
    told(micros((await tell('speed', { speed: to })).time));
  };
  let cuts = 0;
  const cut = async (): Promise<void> => {
    cuts += house.cut();
  };
  for (let i = 0; i < ACTIONS; i++) {
    await wait(pick([0, 2, 10, 30, 60]));
    const action = pick([
      seek,
      seek,
      pause,
      resume,
      resume,
      cut,
      cut,
      () => setSpeed(pick([1, 10, 100, 1000, 'unpaced'])),
    ]);
    await action();
  }
  await setSpeed('unpaced');
  await seek();
  await resume();
  const state = () => house.ask('GET', `/${id}`);
  await until(async () => (await state()).state === 'ended', { what: 'the end' });
  const { ticks, seek: count, complete } = await state();
  await until(() => heard.length >= ticks, { what: 'all ticks' });

  assert.deepEqual(early, []);
  assert.equal(heard.length, ticks, 'nothing of what was published is missing, nothing came twice');
  assert.equal(count, seeks.length - 1);
  assert.equal(typeof complete, 'boolean');
  assert.ok(cuts > 10 && viewer.subscribed.length > 10, `${cuts} lines, ${viewer.subscribed.length} connections`);
  assert.ok(viewer.subscribed.slice(1).every(({ recovered }) => recovered));

  const whole = await house.ask('POST', '', { ...RANGE, speed: 'unpaced' });
  using other = await new Viewer(house.websocketUrl, whole.channel).ready();
  await until(() => other.ticks.length === TICKS, { what: 'the whole range' });
  const all = other.ticks.map((tick) => ({ key: keyOf(tick), time: micros(tick.timestamp) }));
  for (const [number, moment] of seeks.entries()) {
    const found = heard.filter((tick) => tick.seek === number).map(keyOf);
    const expected = all.filter(({ time }) => time >= moment).map(({ key }) => key);
    const isLast = number === seeks.length - 1;
    assert.deepEqual(found, isLast ? expected : expected.slice(0, found.length), `seek ${number}`);
  }
}
