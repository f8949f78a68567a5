import type { AlertChange, JudgedRule } from '@tickwatch/alerts';
import { type EpochMicros, type LaneName, nowMicros } from '@tickwatch/core';
import type { AlertChanges, TickStore } from '@tickwatch/store';
import type { Cut } from '../log/cut.ts';
import type { LaneLog } from '../log/lane-log.ts';
import type { LaneLogs } from '../log/lane-logs.ts';
import { KnownRules } from './known-rules.ts';
import { LaneAlerts } from './lane-alerts.ts';
import { Patience } from './patience.ts';

/** What happens while rules are judged. */
export interface AlertEvents {
  /** Rules were read: so many, as of a version. */
  alertRulesRead(rules: number, version: number, seconds: number): void;
  /** A rule in the database is not understood. */
  alertRuleUnreadable(id: string, error: unknown): void;
  /** Firings are written, the oldest of them received so many seconds ago. */
  alertsFired(firings: number, seconds: number): void;
  /** Ticks of a lane are stored without being judged by rules, for now. */
  judgingFailed(lane: LaneName | undefined, error: unknown): void;
}

/** How alerts are, for people. */
export interface AlertStatus {
  readonly rules: number;
  readonly unreadable: number;
  readonly fired: number;
  readonly failures: number;
  /** What keeps ticks from being judged now. */
  readonly problem: string | undefined;
}

/**
 * Judges what is to be stored by the rules, and says what is to be written of that with each commit. It never keeps a tick
 * from being stored.
 */
export class Alerts {
  readonly #store: Pick<TickStore, 'alerts' | 'ping'>;
  readonly #events: AlertEvents;
  readonly #rules: KnownRules;
  readonly #patience = new Patience();
  readonly #lanes = new Map<LaneName, LaneAlerts>();
  /** Those that have rules. */
  #busy: readonly LaneAlerts[] = [];
  #watchesOutliers = false;
  #outliers = 0;
  #fired = 0;
  #failures = 0;
  #problem: string | undefined;

  constructor(store: Pick<TickStore, 'alerts' | 'ping'>, events: AlertEvents) {
    this.#store = store;
    this.#events = events;
    this.#rules = new KnownRules(store.alerts, (id, error) => events.alertRuleUnreadable(id, error));
  }

  get status(): AlertStatus {
    const isResting = this.#patience.isResting || [...this.#lanes.values()].some((lane) => lane.isResting);
    return {
      rules: this.#rules.rules.length,
      unreadable: this.#rules.unreadable,
      fired: this.#fired,
      failures: this.#failures,
      problem: isResting ? this.#problem : undefined,
    };
  }

  get rules(): readonly JudgedRule[] {
    return this.#rules.rules;
  }

  /** Rules may be other ones by now. */
  rulesChanged(): void {
    this.#rules.changed();
  }

  /**
   * Judges what arrived. @param outliers ticks far from the usual, of those that are not committed
   * @returns true: something fired, and should be written soon
   */
  hear(outliers: number): boolean {
    if (this.#busy.length === 0) return false;
    let hasFired = this.#watchesOutliers && outliers > this.#outliers;
    this.#outliers = outliers;
    for (const lane of this.#busy) hasFired = lane.look() || hasFired;
    return hasFired;
  }

  /** True where rules have to be read for a lane, or something is to be written soon. */
  isDue(logs: readonly LaneLog[]): boolean {
    if (this.#patience.isResting || logs.length === 0) return false;
    if (this.#rules.isStale) return true;
    return logs.some((log) => {
      const lane = this.#lanes.get(log.lane);
      return lane === undefined || lane.isBehind(this.#rules.version) || lane.isDue;
    });
  }

  /**
   * What is to be written with these cuts. Nothing of their lanes may be committed meanwhile.
   * @returns `undefined`: rules can't be judged now, and no tick waits for them
   * @throws StoreUnavailableError
   */
  async prepare(cuts: readonly Cut[]): Promise<AlertChanges | undefined> {
    if (!(await this.#sync(cuts.map(({ log }) => log)))) return undefined;
    const changes: AlertChange[] = [];
    for (const { log, batch } of cuts) {
      const lane = this.#laneOf(log);
      const { gaps = [], outliers = [], position } = batch;
      if (!lane.isIdle) lane.tell(gaps, outliers, position.receivedAt);
      changes.push(...lane.takeOff(position));
    }
    return this.#changesOf(changes);
  }

  /**
   * What is to be written of lanes of which no tick waits. @returns `undefined`: nothing is
   * @throws StoreUnavailableError
   */
  async prepareRest(logs: readonly LaneLog[]): Promise<AlertChanges | undefined> {
    if (!(await this.#sync(logs))) return undefined;
    const changes = logs.flatMap((log) => this.#laneOf(log).takeOff(undefined));
    return changes.length === 0 ? undefined : this.#changesOf(changes);
  }

  /** What was prepared of these lanes is written. */
  settle(logs: readonly LaneLog[]): void {
    this.#tell(logs.flatMap((log) => this.#lanes.get(log.lane)?.settle() ?? []));
  }

  /** PostgreSQL refused ticks of a lane: what they did to its rules is forgotten. */
  forget(log: LaneLog): void {
    this.#lanes.get(log.lane)?.reset();
  }

  /** @returns those that have rules */
  lanes(logs: LaneLogs): readonly (readonly [LaneLog, LaneAlerts])[] {
    return this.#busy.length === 0
      ? []
      : [...logs].flatMap((log) => {
          const lane = this.#lanes.get(log.lane);
          return lane === undefined || lane.isIdle ? [] : ([[log, lane]] as const);
        });
  }

  /** Reads what is to be known of rules. @returns false: it can't be, and is not waited for */
  async #sync(logs: readonly LaneLog[]): Promise<boolean> {
    const lanes = logs.map((log) => this.#laneOf(log));
    this.#tell(lanes.flatMap((lane) => lane.settleFlight()));
    if (this.#patience.isResting) {
      for (const lane of lanes) lane.reset();
      return false;
    }
    try {
      await this.#refresh();
      const { version = 0, rules } = this.#rules;
      const synced = lanes.map((lane) => lane.sync(version, rules, this.#store.alerts));
      // Nothing goes on behind the back of whoever tries again.
      const failed = (await Promise.allSettled(synced)).find(({ status }) => status === 'rejected');
      if (failed !== undefined) throw (failed as PromiseRejectedResult).reason;
      this.#patience.worked();
    } catch (error) {
      if (!(await this.#patience.failed(() => this.#store.ping()))) throw error;
      for (const lane of lanes) lane.reset();
      this.#failed(undefined, error);
      return false;
    } finally {
      this.#busy = [...this.#lanes.values()].filter(({ isIdle }) => !isIdle);
      this.#watchesOutliers = this.#busy.some((lane) => lane.watches('outlier'));
    }
    for (const lane of lanes) lane.look();
    return true;
  }

  async #refresh(): Promise<void> {
    if (!this.#rules.isStale) return;
    const before = this.#rules.version;
    const started = performance.now();
    await this.#rules.refresh();
    const { version = 0, rules } = this.#rules;
    if (version === before) return;
    this.#events.alertRulesRead(rules.length, version, (performance.now() - started) / 1000);
  }

  #laneOf(log: LaneLog): LaneAlerts {
    const known = this.#lanes.get(log.lane);
    if (known !== undefined) return known;
    const lane = new LaneAlerts(log, (error) => this.#failed(log.lane, error));
    this.#lanes.set(log.lane, lane);
    return lane;
  }

  #changesOf(changes: readonly AlertChange[]): AlertChanges {
    return {
      version: this.#rules.version ?? 0,
      phases: changes.map(({ phase }) => phase),
      firings: changes.flatMap(({ firing }) => firing ?? []),
    };
  }

  #tell(fired: readonly { readonly receivedAt: EpochMicros }[]): void {
    if (fired.length === 0) return;
    this.#fired += fired.length;
    const oldest = fired.reduce((least, { receivedAt }) => Math.min(least, receivedAt), Number.POSITIVE_INFINITY);
    this.#events.alertsFired(fired.length, Math.max(0, (nowMicros() - oldest) / 1e6));
  }

  #failed(lane: LaneName | undefined, error: unknown): void {
    this.#failures++;
    this.#problem = error instanceof Error ? error.message : String(error);
    this.#events.judgingFailed(lane, error);
  }
}
