import type { AlertPhase, EpochMicros, SequencedTick, StockMemory } from '@tickwatch/core';
import { createWatch } from './create-watch.ts';
import type { JudgedRule } from './judged-rule.ts';
import type { AlertChange, JudgedHole, JudgeStart, LaneJudge, Moment } from './lane-judge.ts';
import { StockJudge } from './stock-judge.ts';
import type { WatchedRule } from './subject.ts';
import type { Watch } from './watch.ts';

const NO_CHANGES: readonly AlertChange[] = [];

/** @param start its rules may be of other exchanges too: they are passed over */
export function createLaneJudge(start: JudgeStart): LaneJudge {
  return new TickJudge(start);
}

class TickJudge implements LaneJudge {
  judged: number;
  readonly #exchange: string;
  readonly #rules = new Map<string, WatchedRule>();
  /** Rules of all stocks, and those that name theirs. */
  readonly #ofAll = new Set<WatchedRule>();
  readonly #ofStock = new Map<string, Set<WatchedRule>>();
  readonly #stocks = new Map<string, StockJudge>();
  /** Of stocks that are not known yet. */
  readonly #phases = new Map<string, AlertPhase>();

  constructor({ exchange, seq, rules, phases, memory }: JudgeStart) {
    this.#exchange = exchange;
    this.judged = seq;
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

  pass(_moment: Moment): readonly AlertChange[] {
    return NO_CHANGES;
  }

  holeFound(_hole: JudgedHole, _receivedAt: EpochMicros): readonly AlertChange[] {
    return NO_CHANGES;
  }

  outlierFound(_tick: SequencedTick, _median: number, _receivedAt: EpochMicros): readonly AlertChange[] {
    return NO_CHANGES;
  }

  remove(ruleId: string): void {
    const watched = this.#rules.get(ruleId);
    if (watched === undefined) return;
    this.#rules.delete(ruleId);
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
    for (const [key, phase] of other.#phases) this.#phases.set(key, phase);
    for (const watched of other.#rules.values()) this.#add(watched);
  }

  #add(watched: WatchedRule): void {
    const { id, stocks } = watched.rule;
    this.#rules.set(id, watched);
    if (stocks === undefined) this.#ofAll.add(watched);
    for (const stock of stocks ?? []) {
      const rules = this.#ofStock.get(stock);
      if (rules === undefined) this.#ofStock.set(stock, new Set([watched]));
      else rules.add(watched);
    }
  }

  /** @returns `undefined`: no rule watches this stock */
  #know(name: string, memory: StockMemory | undefined): StockJudge | undefined {
    const rules = [...this.#ofAll, ...(this.#ofStock.get(name) ?? [])];
    if (rules.length === 0) return undefined;
    const stock = new StockJudge(name, memory);
    stock.add(rules.map((watched) => this.#watch(watched, name)).filter((watch) => watch !== undefined));
    this.#stocks.set(name, stock);
    return stock;
  }

  #watch(watched: WatchedRule, stock: string): Watch | undefined {
    const key = subjectKey(watched.rule.id, stock);
    const known = this.#phases.get(key);
    this.#phases.delete(key);
    return createWatch(watched, this.#exchange, stock, known);
  }
}

function subjectKey(ruleId: string, stock: string): string {
  return `${ruleId} ${stock}`;
}
