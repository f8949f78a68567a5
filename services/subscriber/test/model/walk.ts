import assert from 'node:assert/strict';
import type { EpochMicros } from '@tickwatch/core';
import type { FeedMessage } from '@tickwatch/feed';
import { dueFirings, isOnPrices } from './model-alerts.ts';
import { LANE, ModelProcess } from './model-process.ts';
import { ModelSpool } from './model-spool.ts';
import { type CommitFate, ModelStore } from './model-store.ts';
import { seeded } from './seeded.ts';

const STEPS = 24;
/** Of a tick's number, behind the point of its price. */
const DIGITS = 5;
const FATES: readonly CommitFate[] = ['works', 'refused', 'unknown, stored', 'unknown, not stored'];

/** Plays random events on subscribers, then lets everything recover. @throws AssertionError what was promised and is not so */
export async function playWalk(seed: number, count: 1 | 2): Promise<void> {
  const world = await World.create(seed, count);
  for (let step = 0; step < STEPS; step++) {
    await world.step();
    world.checkLedgers();
  }
  await world.recover();
  world.checkTicks();
  world.checkHoles();
  world.checkAlerts();
}

class World {
  readonly #random: () => number;
  readonly #store = new ModelStore();
  readonly #spools: readonly ModelSpool[];
  readonly #processes: ModelProcess[] = [];
  readonly #told = new Map<string, Set<number>>();
  /** Ticks that ended with a process, or found no room. */
  readonly #excused = new Set<string>();
  #sent = 0;
  #time = 1_700_000_000_000_000;
  #births = 0;
  #bad = 0;
  #lostBefore = 0;
  #dump: ModelStore['state'] | undefined;
  /** By number. */
  readonly #prices: string[] = [''];
  /** When the ticks were published, by number. */
  readonly #times: number[] = [0];
  /** Ticks that nobody heard. */
  readonly #unheard = new Set<string>();
  /** When somebody stopped to listen, or began. */
  readonly #breaks: number[] = [];

  private constructor(seed: number, count: number) {
    this.#random = seeded(seed);
    this.#spools = Array.from({ length: count }, (_, i) => new ModelSpool(`spool-${i}`, LANE));
  }

  static async create(seed: number, count: number): Promise<World> {
    const world = new World(seed, count);
    if (world.#random() < 0.5) world.#store.alerts.addRule({ type: 'hole' }, 0);
    for (let rules = Math.floor(world.#random() * 3); rules > 0; rules--) world.#changeRules();
    for (const i of world.#spools.keys()) await world.#start(i);
    return world;
  }

  async step(): Promise<void> {
    const i = Math.floor(this.#random() * this.#processes.length);
    const one = this.#processes[i] as ModelProcess;
    const dice = this.#random();
    if (dice < 0.3) this.#publish();
    else if (dice < 0.5) await one.write();
    else if (dice < 0.68) await one.round();
    else if (dice < 0.84) await one.flush();
    else if (dice < 0.87) one.loseSession();
    else if (dice < 0.91) this.#store.fate = FATES[Math.floor(this.#random() * FATES.length)] ?? 'works';
    else if (dice < 0.93) this.#store.isAway = !this.#store.isAway;
    else if (dice < 0.945) for (let left = this.#random() * 3; left > 0; left--) this.#changeRules();
    else if (dice < 0.965) one.spool.isFull = !one.spool.isFull;
    else if (dice < 0.972) this.#turn(one);
    else if (dice < 0.979) this.#remember();
    else if (dice < 0.985) this.#restore();
    else await this.#restart(i, this.#random() < 0.5);
    this.#listen();
  }

  /** Everything works again, for as long as anything waits. */
  async recover(): Promise<void> {
    this.#store.isAway = false;
    this.#store.fate = 'works';
    for (const spool of this.#spools) spool.isFull = false;
    for (const one of this.#processes) if (one.isDeaf) this.#turn(one);
    await this.#settle();
    // Behind it nothing is missing.
    this.#publish(1);
    await this.#settle();
  }

  async #settle(): Promise<void> {
    for (let turn = 0; turn < 100; turn++) {
      for (const one of this.#processes) {
        await one.write();
        await one.round();
        await one.flush();
      }
      this.#listen();
      this.checkLedgers();
      if (turn > 2 && this.#processes.every(({ ledger }) => ledger.waiting === 0)) return;
    }
    assert.fail('something still waits although everything works');
  }

  checkLedgers(): void {
    for (const { ledger } of this.#processes) {
      const { received, stored, rejected, refused, lost, waiting } = ledger;
      assert.equal(received, stored + rejected + refused + lost + waiting, `ledger ${JSON.stringify(ledger)}`);
      for (const [name, value] of Object.entries(ledger)) assert.ok(value >= 0, `${name} is ${value}`);
    }
  }

  checkTicks(): void {
    const { rows } = this.#store.state;
    const gone: number[] = [];
    for (let n = 1; n <= this.#sent; n++) {
      const price = this.#prices[n] ?? '';
      const seqs = rows.get(price);
      if (seqs === undefined && !this.#excused.has(price) && !this.#unheard.has(price)) gone.push(n);
      assert.ok((seqs?.length ?? 0) <= 1, `tick ${n} is stored twice`);
      const told = this.#told.get(price) ?? new Set();
      if (this.#spools.length > 1) continue;
      assert.ok(told.size <= 1, `viewers were told numbers ${[...told]} of tick ${n}`);
      const [seq] = seqs ?? [];
      if (seq !== undefined && told.size > 0)
        assert.ok(told.has(seq), `tick ${n} went live as ${[...told]}, stored as ${seq}`);
    }
    const lost = this.#processes.reduce((sum, { ledger }) => sum + ledger.lost, this.#lostBefore);
    assert.ok(gone.length <= lost, `ticks ${gone} are gone; ${lost} are told`);
    const seqs = [...rows.values()].flat();
    assert.equal(new Set(seqs).size, seqs.length, 'two ticks have one number');
    const inOrder = [...rows].sort(([a], [b]) => numberOf(a) - numberOf(b)).flatMap(([, numbers]) => numbers);
    assert.deepEqual(
      inOrder,
      inOrder.toSorted((a, b) => a - b),
      'numbers do not follow the order of arrival',
    );
  }

  /** Every tick that is not stored lies in a hole, and every hole is there for a reason, with nothing stored in it. */
  checkHoles(): void {
    const { rows, gaps } = this.#store.state;
    const stored = [...rows.keys()].map((price) => this.#times[numberOf(price)] ?? 0).toSorted((a, b) => a - b);
    const gone = this.#times.flatMap((time, n) => (n > 0 && !rows.has(this.#prices[n] ?? '') ? [{ n, time }] : []));
    const told = gaps.map(({ reason, from = 0, to, messages }) => `${reason} ${from} to ${to}: ${messages}`);
    for (const { n, time } of gone) {
      // Before the first tick that is stored nothing is known.
      if (time < (stored[0] ?? 0)) continue;
      const around = gaps.filter(({ from = 0, to }) => from <= time && time <= to);
      assert.ok(around.length > 0, `tick ${n} of ${time} is missing, and in no hole: ${told.join('; ')}`);
      const isDeaf = this.#unheard.has(this.#prices[n] ?? '') && this.#spools.length === 1;
      const reasons: readonly string[] = around.map(({ reason }) => reason);
      if (isDeaf) assert.ok(reasons.includes('not_listening'), `nobody heard tick ${n}, and it is ${reasons}`);
    }
    assert.equal(new Set(told).size, told.length, `a hole is recorded twice: ${told.join('; ')}`);
    for (const { reason, from = 0, to } of gaps) {
      const inside = stored.filter((time) => time > from && time < to);
      assert.deepEqual(inside, [], `ticks are stored within ${reason} ${from} to ${to}`);
      const isMissing = gone.some(({ time }) => from <= time && time <= to);
      const isBreak = reason === 'not_listening' && this.#breaks.some((time) => from <= time && time <= to);
      assert.ok(isMissing || isBreak, `nothing is missing in ${reason} ${from} to ${to}`);
    }
  }

  /** What rules fired is what they should have, by what is stored; each transition once. */
  checkAlerts(): void {
    const { rules, firings, ticks } = this.#store.alerts.state;
    const holes = new Set(this.#store.state.gaps.map(({ from, to, reason }) => `${from} ${to} ${reason}`));
    const told = firings.filter(({ seq }) => seq === undefined);
    const due = rules.every(isOnPrices) ? 0 : holes.size;
    assert.equal(told.length, due, `fired ${told.map(({ text }) => text)} of holes ${[...holes]}`);
    for (const rule of rules.filter(isOnPrices)) {
      const fired = firings.filter(({ ruleId, time }) => ruleId === rule.id && time >= rule.begins);
      assert.deepEqual(
        fired.map(({ seq = 0 }) => seq).toSorted((a, b) => a - b),
        dueFirings(ticks, rule),
        `fired and due of ${JSON.stringify(rule)}`,
      );
    }
  }

  /** Cuts the connection to the source, or opens it again. */
  #turn(one: ModelProcess): void {
    this.#breaks.push(this.#time);
    if (one.isDeaf) one.listen(this.#time);
    else one.isDeaf = true;
  }

  /** The database is dumped. */
  #remember(): void {
    this.#dump = this.#store.state;
  }

  /** A dump is restored under the running processes; whoever led goes on to. */
  #restore(): void {
    if (this.#dump === undefined) return;
    // What was committed from memory because the spool was full, and forgotten: nobody can know of it.
    for (const price of this.#store.state.rows.keys()) {
      if (!this.#dump.rows.has(price) && !this.#spools.every((spool) => spool.has(price))) this.#excused.add(price);
    }
    this.#store.state = this.#dump;
  }

  #publish(ticks?: number): void {
    const messages: FeedMessage[] = [];
    const isTick = ticks !== undefined || this.#random() < 0.9;
    for (let k = ticks ?? Math.ceil(this.#random() * 4); k > 0; k--) {
      const price = isTick ? this.#nextPrice() : '';
      const payload = Buffer.from(isTick ? `S:(${price}, ${(this.#time / 1e6).toFixed(6)})` : `bad ${this.#bad++}`);
      if (isTick) this.#times.push(this.#time);
      const deaf = this.#processes.filter(({ isDeaf }) => isDeaf).length;
      if (isTick && deaf === this.#processes.length) this.#unheard.add(price);
      else if (isTick && deaf > 0) this.#excused.add(price);
      messages.push({ payload, receivedAt: this.#time++ as EpochMicros });
    }
    for (const one of this.#processes) one.hear(messages);
  }

  /** Around the levels that rules watch; its last digits are its number. */
  #nextPrice(): string {
    const price = `${Math.floor(this.#random() * 5)}.${String(++this.#sent).padStart(DIGITS, '0')}`;
    this.#prices.push(price);
    return price;
  }

  /** Somebody makes, changes or removes a rule, if the database is there. */
  #changeRules(): void {
    const { alerts, isAway } = this.#store;
    if (isAway) return;
    const { rules } = alerts.state;
    const rule = rules.filter(isOnPrices)[Math.floor(this.#random() * rules.length)];
    const dice = this.#random();
    const condition = {
      type: 'price_crosses',
      direction: this.#random() < 0.5 ? 'up' : 'down',
      level: String(1 + Math.floor(this.#random() * 3)),
      hysteresis: this.#random() < 0.5 ? '0' : '1',
    };
    if (rule === undefined || dice < 0.4) alerts.addRule(condition, this.#time);
    else if (dice < 0.6) alerts.changeRule(rule.id, condition, this.#time);
    else alerts.removeRule(rule.id);
  }

  async #start(i: number): Promise<void> {
    const spool = this.#spools[i] as ModelSpool;
    const one = await ModelProcess.start(this.#store.forProcess(), spool, `owner-${i}-${this.#births++}`);
    this.#breaks.push(this.#time);
    one.listen(this.#time);
    this.#processes[i] = one;
  }

  async #restart(i: number, isStop: boolean): Promise<void> {
    const one = this.#processes[i] as ModelProcess;
    if (isStop) {
      await one.flush();
      await one.write();
    }
    this.#listen();
    for (const price of one.volatile) this.#excused.add(price);
    this.#lostBefore += one.ledger.lost;
    one.loseSession();
    one.isDeaf = true;
    if (this.#random() < 0.5) this.#publish();
    await this.#start(i);
  }

  #listen(): void {
    for (const one of this.#processes) {
      for (const price of one.refused.splice(0)) this.#excused.add(price);
      for (const { price, seq } of one.live.splice(0)) {
        const told = this.#told.get(price);
        if (told === undefined) this.#told.set(price, new Set([seq]));
        else told.add(seq);
      }
    }
  }
}

function numberOf(price: string): number {
  return Number(price.slice(-DIGITS));
}
