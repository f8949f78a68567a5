import type { AlertConditionType, AlertPhase, EpochMicros, SequencedTick, StockMemory } from '@tickwatch/core';
import { createWatch } from './create-watch.ts';
import { FoundWatches } from './found-watches.ts';
import type { JudgedRule } from './judged-rule.ts';
import type { AlertChange, JudgedHole, JudgeStart, LaneJudge, Moment } from './lane-judge.ts';
import { StockJudge } from './stock-judge.ts';
import type { WatchedRule } from './subject.ts';
import type { Watch } from './watch.ts';

/** Conditions that others find; the rest is about ticks of a stock. */
const FOUND: readonly AlertConditionType[] = ['hole', 'outlier', 'system'];
const NO_CHANGES: readonly AlertChange[] = [];

/** More stocks of a lane than this are not known at once: odd names cost no memory. */
const MAX_STOCKS = 50_000;

/**
 * @param start its rules may be of other exchanges too: they are passed over
 * @param maxStocks where there are more, those that were silent longest are as if they were new, but for their phases
 */
export function createLaneJudge(start: JudgeStart, maxStocks: number = MAX_STOCKS): LaneJudge {
  return new TickJudge(start, maxStocks);
}

class TickJudge implements LaneJudge {
  judged: number;
  readonly #exchange: string;
  readonly #maxStocks: number;
  readonly #rules = new Map<string, WatchedRule>();
  /** Rules of all stocks, and those that name theirs. */
  readonly #ofAll = new Set<WatchedRule>();
  readonly #ofStock = new Map<string, Set<WatchedRule>>();
  readonly #stocks = new Map<string, StockJudge>();
  /** Of stocks that are not known yet. */
  readonly #phases = new Map<string, AlertPhase>();
  readonly #found: FoundWatches;

  constructor({ exchange, seq, rules, phases, memory }: JudgeStart, maxStocks: number) {
    this.#exchange = exchange;
    this.#maxStocks = maxStocks;
    this.judged = seq;
    this.#found = new FoundWatches(exchange, (ruleId, stock) => this.#takePhase(ruleId, stock));
    for (const rule of rules) if (rule.exchange === undefined || rule.exchange === exchange) this.#add({ rule });
    for (const phase of phases) {
      const rule = this.#rules.get(phase.ruleId)?.rule;
      if (rule?.revision === phase.revision && phase.exchange === exchange)
        this.#phases.set(subjectKey(phase.ruleId, phase.stock), phase);
    }
    for (const stock of memory) this.#know(stock.stock, stock);
  }

  get size(): number {
    return this.#rules.size;
  }

  take(ticks: readonly SequencedTick[], receivedAt: EpochMicros): readonly AlertChange[] {
    const last = ticks.at(-1);
    if (last === undefined || last.seq <= this.judged) return NO_CHANGES;
    const changes: AlertChange[] = [];
    const isKnownInPart = (ticks[0] as SequencedTick).seq <= this.judged;
    for (const tick of ticks) {
      if (isKnownInPart && tick.seq <= this.judged) continue;
      (this.#stocks.get(tick.stock) ?? this.#know(tick.stock, undefined))?.take(tick, receivedAt, changes);
    }
    this.judged = last.seq;
    return changes;
  }

  pass(moment: Moment): readonly AlertChange[] {
    const changes: AlertChange[] = [];
    for (const stock of this.#stocks.values()) stock.pass(moment, this.judged, changes);
    if (moment.measures !== undefined) this.#found.measured(moment.measures, moment.now, this.judged, changes);
    return changes;
  }

  holeFound(hole: JudgedHole, receivedAt: EpochMicros): readonly AlertChange[] {
    const changes: AlertChange[] = [];
    this.#found.hole(hole, receivedAt, this.judged, changes);
    return changes;
  }

  outlierFound(tick: SequencedTick, median: number, receivedAt: EpochMicros): readonly AlertChange[] {
    const changes: AlertChange[] = [];
    this.#found.outlier(tick, median, receivedAt, changes);
    return changes;
  }

  remove(ruleId: string): void {
    const watched = this.#rules.get(ruleId);
    if (watched === undefined) return;
    this.#rules.delete(ruleId);
    this.#found.remove(ruleId);
    this.#ofAll.delete(watched);
    for (const stock of watched.rule.stocks ?? []) this.#ofStock.get(stock)?.delete(watched);
    for (const stock of watched.rule.stocks ?? this.#stocks.keys()) this.#stocks.get(stock)?.remove(ruleId);
  }

  update(rule: JudgedRule): void {
    const watched = this.#rules.get(rule.id);
    if (watched !== undefined) watched.rule = rule;
  }

  join(other: LaneJudge): void {
    if (!(other instanceof TickJudge) || other.judged !== this.judged || other.#exchange !== this.#exchange) {
      throw new Error('Only judges of the same lane that have come as far can be joined.');
    }
    for (const [name, stock] of other.#stocks) {
      const mine = this.#stocks.get(name) ?? this.#know(name, undefined);
      if (mine === undefined) this.#stocks.set(name, stock);
      else mine.join(stock);
    }
    for (const [name, stock] of this.#stocks) {
      if (!other.#stocks.has(name)) stock.add(other.#watchesOf(name));
    }
    for (const [key, phase] of other.#phases) this.#phases.set(key, phase);
    this.#found.join(other.#found);
    for (const watched of other.#rules.values()) this.#add(watched);
  }

  #add(watched: WatchedRule): void {
    const { id, stocks, condition } = watched.rule;
    this.#rules.set(id, watched);
    if (FOUND.includes(condition.type)) {
      this.#found.add(watched);
      return;
    }
    if (stocks === undefined) this.#ofAll.add(watched);
    for (const stock of stocks ?? []) {
      const rules = this.#ofStock.get(stock);
      if (rules === undefined) this.#ofStock.set(stock, new Set([watched]));
      else rules.add(watched);
    }
  }

  /** @returns `undefined`: no rule watches this stock */
  #know(name: string, memory: StockMemory | undefined): StockJudge | undefined {
    const watches = this.#watchesOf(name);
    if (watches.length === 0) return undefined;
    if (this.#stocks.size >= this.#maxStocks) this.#forgetSilent();
    const stock = new StockJudge(memory);
    stock.add(watches);
    this.#stocks.set(name, stock);
    return stock;
  }

  #forgetSilent(): void {
    const silent = [...this.#stocks].sort(([, a], [, b]) => a.heardAt - b.heardAt);
    for (const [name, { watches }] of silent.slice(0, Math.ceil(silent.length / 2))) {
      for (const { row } of watches) if (row !== undefined) this.#phases.set(subjectKey(row.ruleId, name), row);
      this.#stocks.delete(name);
    }
  }

  #watchesOf(stock: string): readonly Watch[] {
    const watches: Watch[] = [];
    for (const watched of [...this.#ofAll, ...(this.#ofStock.get(stock) ?? [])]) {
      const watch = createWatch(watched, this.#exchange, stock, this.#takePhase(watched.rule.id, stock));
      if (watch !== undefined) watches.push(watch);
    }
    return watches;
  }

  #takePhase(ruleId: string, stock: string): AlertPhase | undefined {
    const key = subjectKey(ruleId, stock);
    const known = this.#phases.get(key);
    this.#phases.delete(key);
    return known;
  }
}

function subjectKey(ruleId: string, stock: string): string {
  return `${ruleId} ${stock}`;
}
