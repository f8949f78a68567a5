import type { AlertChange, JudgedHole, JudgedRule, LaneJudge, Moment } from '@tickwatch/alerts';
import type { EpochMicros } from '@tickwatch/core';
import { sleep } from '@tickwatch/runtime';
import type { AlertReader, GapRow, LanePosition, OutlierRow } from '@tickwatch/store';
import type { LaneLog } from '../log/lane-log.ts';
import type { Segment } from '../log/segment.ts';
import { Cohort, needsPast } from './cohort.ts';
import { type PendingChange, PendingChanges } from './pending-changes.ts';
import { inLane, type LaneShare, rulesOfLane, shareOf } from './rules-of-lane.ts';

/** After so long a judge that failed is made anew. */
const REST_MS = 5000;
/**
 * So long commits wait for the past of new rules. Longer they don't: then these rules judge what is committed meanwhile when
 * their past is there, and what they fire is written behind its ticks. Only a process that ends before then leaves that out.
 */
const PAST_MS = 1000;

/**
 * Judges the ticks of a lane that this process leads, each once and in the order of arrival, from what is committed on. Rules
 * that are new are judged by a judge of their own until it has come as far as that of the others: they join then.
 */
export class LaneAlerts {
  readonly #log: LaneLog;
  readonly #onFailure: (error: unknown) => void;
  #judges: LaneJudge[] = [];
  /** Their past is still being read. */
  #coming: Cohort[] = [];
  /** Whom the judges judge, as they were read. */
  #rules = new Map<string, JudgedRule>();
  #types = new Set<JudgedRule['condition']['type']>();
  #version: number | undefined;
  readonly #pending = new PendingChanges();
  /** What tells whether the log is still the one that was judged. */
  #term = -1;
  #lost = 0;
  #share: LaneShare;
  /** Holes of what is not committed that were told. */
  readonly #holes = new Set<string>();
  /** Number of the last tick whose mark was told. */
  #markedSeq = 0;
  #restsUntil = 0;

  /** @param onFailure told of what a judge throws: a fault of it */
  constructor(log: LaneLog, onFailure: (error: unknown) => void) {
    this.#log = log;
    this.#share = shareOf(log);
    this.#onFailure = onFailure;
  }

  /** True where there is nothing to judge. */
  get isIdle(): boolean {
    return this.#rules.size === 0;
  }

  /** It waits to be judged again after a fault of the judge. */
  get isResting(): boolean {
    return performance.now() < this.#restsUntil;
  }

  watches(type: JudgedRule['condition']['type']): boolean {
    return this.#types.has(type);
  }

  isBehind(version: number | undefined): boolean {
    return this.#log.isPlaced && !this.isResting && (this.#hasMoved || this.#version !== version);
  }

  /**
   * Makes the judges know these rules. Nothing of the lane may be committed meanwhile. @throws StoreUnavailableError
   * @param all of every lane
   */
  async sync(version: number, all: readonly JudgedRule[], reader: AlertReader): Promise<void> {
    if (this.#hasMoved) this.reset();
    for (const cohort of this.#coming) if (cohort.isFull) await cohort.done;
    this.#admit();
    if (!this.isBehind(version)) return;
    const now = new Map(rulesOfLane(all, this.#log.lane, this.#share).map((rule) => [rule.id, rule]));
    for (const [id, { revision }] of this.#rules) if (now.get(id)?.revision !== revision) this.#remove(id);
    const added: JudgedRule[] = [];
    for (const rule of now.values()) {
      const known = this.#rules.get(rule.id);
      if (known === undefined) added.push(rule);
      else if (known !== rule) this.#update(rule);
    }
    // Without rules it did not look at what came.
    if (this.#rules.size === 0) [this.#judges, this.#coming] = [[], []];
    // What a judge that failed had found behind what is committed is found again.
    if (added.length > 0 && this.#judges.length === 0) this.#pending.forgetBehind(this.#log.committed?.seq ?? 0);
    await this.#begin(
      added.filter((rule) => !needsPast(rule)),
      reader,
    );
    // Of a lane of before nothing can be judged later: others judge its stocks then.
    await this.#begin(added.filter(needsPast), reader, this.#log.before === undefined ? PAST_MS : undefined);
    this.#version = version;
    this.#types = new Set([...this.#rules.values()].map(({ condition }) => condition.type));
  }

  /** Keeps what is about to be committed for those whose past is still being read. */
  keep(segments: readonly Segment[]): void {
    for (const cohort of this.#coming) cohort.keep(segments);
  }

  /** Judges what came. @returns true: something fired */
  look(): boolean {
    if (this.isIdle || !this.#log.isPlaced) return false;
    if (this.#hasMoved) {
      this.reset();
      return false;
    }
    const before = this.#pending.count;
    const { head } = this.#log.list;
    this.#admit();
    this.#try(() => {
      for (const judge of this.#judges) {
        for (const segment of behind(head, judge.judged)) this.#take(judge, segment);
      }
      this.#join();
    });
    return this.#pending.hasFired(before);
  }

  /** What changes because time passes. @returns true: something fired */
  pass(moment: Moment): boolean {
    const hasFired = this.look();
    if (!this.#log.isPlaced) return hasFired;
    const { list, committed } = this.#log;
    const heard = list.head.at(-1)?.seq ?? committed?.seq ?? 0;
    const before = this.#pending.count;
    this.#try(() => {
      for (const judge of this.#judges) {
        // What was not judged yet may be the tick that somebody waits for.
        const isBehind = list.run !== undefined || judge.judged < heard;
        const changes = judge.pass(isBehind ? { ...moment, listeningSince: undefined } : moment);
        this.#pending.add(
          changes.map((change) => this.#now(change)),
          moment.now,
        );
      }
    });
    return hasFired || this.#pending.hasFired(before);
  }

  /** Tells the judges of holes and marks that are about to be committed, each once. */
  tell(gaps: readonly GapRow[], marks: readonly OutlierRow[], receivedAt: EpochMicros): void {
    for (const gap of gaps) {
      const key = `${gap.reason} ${gap.fromSeq} ${gap.from}`;
      if (this.#holes.has(key)) continue;
      this.#holes.add(key);
      this.#tellAll((judge) => judge.holeFound(holeOf(gap), receivedAt), receivedAt, gap.toSeq);
    }
    for (const { tick, median } of marks) {
      if (tick.seq <= this.#markedSeq) continue;
      this.#markedSeq = tick.seq;
      this.#tellAll((judge) => judge.outlierFound(tick, median, receivedAt), receivedAt, tick.seq);
    }
  }

  /** What is to be written with a commit up to a position, or beside all commits; until then it stays here. */
  takeOff(position: LanePosition | undefined): readonly AlertChange[] {
    return this.#pending.takeOff((position ?? this.#log.committed)?.seq ?? 0, position);
  }

  /** True where something fired that is not written, or changed and waits for no tick. */
  get isDue(): boolean {
    return this.#log.isPlaced && this.#pending.isDue(this.#log.committed?.seq ?? 0);
  }

  /** What was taken off last is written. @returns what of it fired */
  settle(): readonly PendingChange[] {
    if (this.#pending.flight !== undefined) this.#holes.clear();
    return this.#pending.settle();
  }

  /** A commit that was not answered took effect after all. */
  settleFlight(): readonly PendingChange[] {
    const { flight } = this.#pending;
    return flight !== undefined && !this.#hasMoved && this.#log.committed === flight ? this.settle() : [];
  }

  /** Forgets all: it is found again from what is committed. */
  reset(): void {
    this.#forgetRules();
    this.#pending.clear();
    this.#term = this.#log.term;
    this.#lost = this.#log.ledger.lost;
    this.#share = shareOf(this.#log);
  }

  /** The lane was placed anew, lost what may have been judged, or has other stocks now. */
  get #hasMoved(): boolean {
    const { term, ledger, before, lanes } = this.#log;
    const isSameShare = this.#share.lanes === (before === undefined ? lanes : 1);
    return this.#term !== term || this.#lost !== ledger.lost || !isSameShare;
  }

  #take(judge: LaneJudge, { ticks, receivedAt, arrivals, notBefore }: Segment): void {
    const parts = arrivals ?? [{ from: 0, receivedAt }];
    for (const [i, part] of parts.entries()) {
      const together = parts.length === 1 ? ticks : ticks.slice(part.from, parts[i + 1]?.from);
      const at = Math.max(part.receivedAt, notBefore) as EpochMicros;
      this.#pending.add(judge.take(together, at), at);
    }
  }

  /** @param longestMs so long it is waited for the past of rules; then others go on, and these come later */
  async #begin(rules: readonly JudgedRule[], reader: AlertReader, longestMs?: number): Promise<void> {
    if (rules.length === 0) return;
    const cohort = new Cohort(this.#log, this.#share, rules, reader);
    await cohort.begun;
    const ended = new AbortController();
    await Promise.race([cohort.done, ...(longestMs === undefined ? [] : [sleep(longestMs, ended.signal)])]);
    ended.abort();
    const { judge, error } = cohort;
    if (error !== undefined) throw error;
    if (judge === undefined) this.#coming.push(cohort);
    else this.#judges.push(judge);
    for (const rule of rules) this.#rules.set(rule.id, rule);
  }

  /** Lets those judge whose past is there by now. */
  #admit(): void {
    if (this.#coming.length === 0) return;
    this.#try(() => {
      for (const cohort of [...this.#coming]) {
        const { judge, error } = cohort;
        if (judge === undefined && error === undefined) continue;
        this.#coming = this.#coming.filter((other) => other !== cohort);
        if (judge === undefined) {
          // They are read again, as if they were new.
          for (const { id } of cohort.rules) if (!cohort.gone.has(id)) this.#rules.delete(id);
          this.#version = undefined;
          this.#onFailure(error);
          continue;
        }
        for (const { id } of cohort.rules) {
          const rule = this.#rules.get(id);
          if (rule === undefined || cohort.gone.has(id)) judge.remove(id);
          else judge.update(inLane(rule, this.#share));
        }
        this.#judges.push(judge);
        for (const segment of cohort.kept) this.#take(judge, segment);
      }
    });
  }

  #update(rule: JudgedRule): void {
    for (const judge of this.#judges) judge.update(inLane(rule, this.#share));
    this.#rules.set(rule.id, rule);
  }

  #remove(id: string): void {
    for (const judge of this.#judges) judge.remove(id);
    for (const { gone } of this.#coming) gone.add(id);
    this.#rules.delete(id);
    this.#pending.removeRule(id);
  }

  #forgetRules(): void {
    [this.#judges, this.#coming] = [[], []];
    this.#rules.clear();
    this.#types.clear();
    this.#version = undefined;
    this.#holes.clear();
    this.#markedSeq = 0;
  }

  #join(): void {
    const [first, ...others] = this.#judges;
    if (first === undefined || others.length === 0) return;
    const left = others.filter((judge) => judge.judged !== first.judged);
    for (const judge of others) if (judge.judged === first.judged) first.join(judge);
    this.#judges = [first, ...left];
  }

  #tellAll(tell: (judge: LaneJudge) => readonly AlertChange[], receivedAt: EpochMicros, seq: number | undefined): void {
    this.#try(() => {
      for (const judge of this.#judges) {
        // Written with what it is about, however far the judge has come.
        this.#pending.add(
          tell(judge).map((change) => (seq === undefined ? change : { ...change, seq: Math.min(seq, change.seq) })),
          receivedAt,
        );
      }
    });
  }

  /** How the system is waits for no tick: least of all where ticks wait. */
  #now(change: AlertChange): AlertChange {
    const isOfSystem = this.#rules.get(change.phase.ruleId)?.condition.type === 'system';
    return isOfSystem ? { ...change, seq: Math.min(change.seq, this.#log.committed?.seq ?? 0) } : change;
  }

  /** A judge that throws is at fault: what it knows is forgotten, and made anew from what is committed then. */
  #try(work: () => void): void {
    try {
      work();
    } catch (error) {
      // What was found before stands.
      this.#forgetRules();
      this.#restsUntil = performance.now() + REST_MS;
      this.#onFailure(error);
    }
  }
}

const NONE: readonly Segment[] = [];

/** Those of the segments, which are in order, that have ticks behind a number: some of the last, usually. */
function behind(segments: readonly Segment[], seq: number): readonly Segment[] {
  let from = segments.length;
  while (from > 0 && (segments[from - 1] as Segment).seq > seq) from--;
  return from === segments.length ? NONE : segments.slice(from);
}

function holeOf({ fromSeq, toSeq, from, to, messages, reason }: GapRow): JudgedHole {
  return { fromSeq, toSeq, from, to, messages, reason };
}
