import { createLaneJudge, memoryNeeds } from '@tickwatch/alerts';
import {
  type AlertFired,
  type AlertPhase,
  type EpochMicros,
  MICROS_PER_DAY,
  MICROS_PER_SECOND,
  type SequencedTick,
  type StockMemory,
} from '@tickwatch/core';
import type { Page, RangeQuestion } from '@tickwatch/store';
import { type Bar, readBars } from './bar.ts';
import { type HotRun, hotRuns, ticksOf } from './hot-runs.ts';
import { crossInterest, dayOf, extremeInterest, type Interest, moveInterest, rateInterest } from './interest.ts';
import { memoryBefore } from './memory-before.ts';
import type { PreviewAsk, StockOfPreview, StockOutcome } from './preview-ask.ts';

const PAGE_TICKS = 5000;
const MICROS_PER_HOUR = 3600 * MICROS_PER_SECOND;
const MICROS_PER_MINUTE = 60 * MICROS_PER_SECOND;

/**
 * Judges the past of a stock as if each tick had come at its own time. Hours in which nothing can change are passed over, then minutes; only
 * what is left is read tick by tick.
 */
export class StockPreview {
  readonly #ask: PreviewAsk;
  readonly #of: StockOfPreview;
  readonly #fired: AlertFired[] = [];
  #phase: AlertPhase | undefined;
  #days: readonly Bar[] = [];

  constructor(ask: PreviewAsk, of: StockOfPreview) {
    this.#ask = ask;
    this.#of = of;
  }

  async run(): Promise<StockOutcome> {
    const { reader, start, end, signal, budget, limits } = this.#ask;
    const interest = await this.#interest();
    const from = Math.max(
      0,
      Math.floor((start - interest.lookBack) / MICROS_PER_HOUR) * MICROS_PER_HOUR,
    ) as EpochMicros;
    const { bars, isComplete } = await readBars(reader, this.#range(from, end), '1h', signal);
    const before = await this.#before(from);
    const all = before === undefined ? bars : [before, ...bars];
    const firstHour = Math.floor(start / MICROS_PER_HOUR) * MICROS_PER_HOUR;
    for (const run of hotRuns(all, interest, firstHour, limits.few)) {
      const first = run.bars[0] as Bar;
      if (this.#isOver(interest, first)) continue;
      if (budget.isSpent) return { fired: this.#fired, until: first.time, isComplete };
      if (run.isBehindCalm) this.#calm(interest);
      const reached = await this.#hours(interest, all, run);
      if (reached !== undefined) return { fired: this.#fired, until: reached, isComplete };
    }
    return { fired: this.#fired, until: end, isComplete };
  }

  /** @returns where the budget ended */
  async #hours(interest: Interest, hours: readonly Bar[], run: HotRun): Promise<EpochMicros | undefined> {
    const {
      reader,
      rule,
      end,
      budget,
      signal,
      limits: { few },
    } = this.#ask;
    const first = run.bars[0] as Bar;
    // A long window is known by its minutes.
    if (ticksOf(run) <= few && memoryNeeds([rule]).minuteSeconds === 0) {
      return (await this.#judge(interest, hours, hours, run)) ? first.time : undefined;
    }
    const last = run.bars.at(-1) as Bar;
    const from = Math.floor((first.time - interest.lookBack) / MICROS_PER_MINUTE) * MICROS_PER_MINUTE;
    const until = Math.min(last.until - 1, end) as EpochMicros;
    const range = this.#range(Math.max(0, from) as EpochMicros, until);
    const { bars } = await readBars(reader, range, '1m', signal);
    const before = hours[run.at - 1];
    const minutes = before !== undefined && before.time < from ? [before, ...bars] : bars;
    // Before the first minutes nothing is known where the hour before them is not among what was read.
    const known = minutes[0] !== undefined && minutes[0].time < first.time;
    const all = known || before === undefined ? minutes : [before, ...minutes];
    for (const hot of hotRuns(all, interest, first.time, few)) {
      const [start] = hot.bars as [Bar];
      if (this.#isOver(interest, start)) continue;
      if (budget.isSpent) return start.time;
      if (hot.isBehindCalm) this.#calm(interest);
      if (await this.#judge(interest, hours, all, hot)) return start.time;
    }
    return undefined;
  }

  /** @returns true: the budget ended within */
  async #judge(interest: Interest, hours: readonly Bar[], minutes: readonly Bar[], run: HotRun): Promise<boolean> {
    const { rule, end, budget } = this.#ask;
    const { stock, exchange } = this.#of;
    const first = run.bars[0] as Bar;
    const last = run.bars.at(-1) as Bar;
    const needs = memoryNeeds([rule]);
    const from = Math.max(0, first.time - needs.tickSeconds * MICROS_PER_SECOND) as EpochMicros;
    const range = this.#range(from, Math.min(last.until - 1, end) as EpochMicros);
    const earlier: SequencedTick[] = [];
    let take: ((tick: SequencedTick) => void) | undefined;
    for await (const ticks of this.#ticks(range)) {
      budget.spend(ticks.length);
      for (const tick of ticks) {
        if (tick.time < first.time) earlier.push(tick);
        else {
          take ??= this.#judgeOf(memoryBefore(run, { rule, stock, hours, minutes, days: this.#days, earlier }));
          take({ ...tick, stock, exchange });
        }
      }
      if (this.#isOver(interest, first)) return false;
      if (budget.isSpent) return true;
    }
    return false;
  }

  #judgeOf(memory: StockMemory | undefined): (tick: SequencedTick) => void {
    const { rule } = this.#ask;
    const phases = this.#phase === undefined ? [] : [this.#phase];
    const start = { exchange: this.#of.exchange, seq: 0, rules: [rule], phases };
    const judge = createLaneJudge({ ...start, memory: memory === undefined ? [] : [memory] });
    let seq = 0;
    return (tick) => {
      seq++;
      for (const { phase, firing } of judge.take([{ ...tick, seq }], tick.time)) {
        this.#phase = phase;
        if (firing !== undefined) this.#fired.push(firing);
      }
    };
  }

  #isOver({ isOver }: Interest, { time }: Bar): boolean {
    const isDone = this.#ask.rule.once && this.#phase?.firedAt !== undefined;
    return isDone || (this.#phase !== undefined && isOver?.(this.#phase.phase, time) === true);
  }

  /** Where nothing happened that could have kept it, it is armed again. */
  #calm(interest: Interest): void {
    if (interest.isArmedByCalm && this.#phase !== undefined) this.#phase = { ...this.#phase, phase: 'armed' };
  }

  async #interest(): Promise<Interest> {
    const { condition } = this.#ask.rule;
    if (condition.type === 'price_crosses') return crossInterest(condition);
    if (condition.type === 'price_moves') return moveInterest(condition);
    if (condition.type === 'tick_rate') return rateInterest(condition.above ?? Number.POSITIVE_INFINITY);
    if (condition.type !== 'new_extreme') throw new Error(`A condition on ${condition.type} is not about ticks.`);
    const { reader, start, end, signal } = this.#ask;
    const from = Math.max(0, (dayOf(start) - condition.days) * MICROS_PER_DAY) as EpochMicros;
    this.#days = (await readBars(reader, this.#range(from, end), '1d', signal)).bars;
    return extremeInterest(condition, this.#days);
  }

  /** The last price before a moment, as a bar of its own. */
  async #before(from: EpochMicros): Promise<Bar | undefined> {
    if (from === 0) return undefined;
    const { reader, signal } = this.#ask;
    const { value } = await reader.asOf({ ...this.#of, time: (from - 1) as EpochMicros }, { signal });
    if (value === undefined) return undefined;
    const { time, price, seq } = value;
    const number = Number(price);
    const numbers = { lowNumber: number, highNumber: number, closeNumber: number };
    return {
      time,
      until: (time + 1) as EpochMicros,
      low: price,
      high: price,
      close: price,
      closeSeq: seq,
      count: 1,
      ...numbers,
    };
  }

  async *#ticks(range: RangeQuestion): AsyncGenerator<readonly SequencedTick[]> {
    const { reader, signal } = this.#ask;
    let after: Page['next'];
    do {
      const { value } = await reader.page(range, { order: 'asc', limit: PAGE_TICKS, after }, { signal });
      yield value.ticks;
      after = value.next;
    } while (after !== undefined);
  }

  #range(start: EpochMicros, end: EpochMicros): RangeQuestion {
    return { ...this.#of, start, end };
  }
}
