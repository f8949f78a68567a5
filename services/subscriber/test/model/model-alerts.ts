import type { AlertFired, AlertPhase, DecimalText, EpochMicros, SequencedTick } from '@tickwatch/core';
import {
  type AlertChanges,
  type AlertReader,
  type AlertRuleRow,
  type LaneBatch,
  RulesChangedError,
} from '@tickwatch/store';
import type { ModelStore } from './model-store.ts';

/** What of alerts is in the database: restored with it. */
export interface AlertsState {
  readonly version: number;
  readonly rules: readonly AlertRuleRow[];
  readonly phases: ReadonlyMap<string, AlertPhase>;
  readonly firings: readonly AlertFired[];
  /** In the order of arrival. */
  readonly ticks: readonly SequencedTick[];
}

export const NO_ALERTS: AlertsState = { version: 1, rules: [], phases: new Map(), firings: [], ticks: [] };

/** The tables of alerts as far as ingesting sees them. */
export class ModelAlerts {
  readonly #store: ModelStore;
  /** Never comes again, whatever is restored. */
  #version = 1;
  #made = 0;
  /** What the processes' clock says; the database's is ahead of it. */
  readonly #clock: () => number;
  readonly #ahead: number;

  constructor(store: ModelStore, clock: () => number, ahead: number) {
    this.#store = store;
    this.#clock = clock;
    this.#ahead = ahead;
  }

  get state(): AlertsState {
    return this.#store.state.alerts;
  }

  readonly reader: AlertReader = {
    rules: async (known) => {
      this.#store.check();
      const { version, rules } = this.state;
      return version === known ? undefined : { version, rules, now: this.#now() };
    },
    phases: async (ruleIds, exchange) => {
      this.#store.check();
      const { phases, rules } = this.state;
      const revisions = new Map(rules.map(({ id, revision }) => [id, revision]));
      return [...phases.values()].filter(
        (phase) =>
          ruleIds.includes(phase.ruleId) &&
          phase.exchange === exchange &&
          revisions.get(phase.ruleId) === phase.revision,
      );
    },
    memory: async () => {
      this.#store.check();
      const last = this.state.ticks.at(-1);
      return last === undefined ? [] : [{ stock: last.stock, last, spans: [], days: [], ticksOfMinute: 1 }];
    },
    listen: () => ({ [Symbol.asyncDispose]: async () => {} }),
  };

  addRule(condition: object): void {
    const definition = { name: 'a rule', condition };
    const id = `00000000-0000-4000-8000-${String(++this.#made).padStart(12, '0')}`;
    const rule = {
      id,
      definition,
      revision: 1,
      begins: this.#now(),
      snoozedUntil: undefined,
      isEnabled: true,
    };
    this.#change([...this.state.rules, rule]);
  }

  /** It watches something else from now on. */
  changeRule(id: string, condition: object): void {
    const changed = this.state.rules.map((rule) =>
      rule.id === id
        ? {
            ...rule,
            definition: { name: 'another', condition },
            revision: rule.revision + 1,
            begins: this.#now(),
          }
        : rule,
    );
    this.#change(changed);
  }

  removeRule(id: string): void {
    this.#change(this.state.rules.filter((rule) => rule.id !== id));
  }

  check({ version }: AlertChanges): void {
    if (version !== undefined && version !== this.state.version)
      throw new RulesChangedError('the rules are other ones');
  }

  write(batches: readonly LaneBatch[], alerts: AlertChanges | undefined): void {
    const phases = new Map(this.state.phases);
    for (const phase of alerts?.phases ?? []) phases.set(`${phase.ruleId} ${phase.exchange} ${phase.stock}`, phase);
    const known = new Set(this.state.firings.map(({ id }) => id));
    const firings = [...this.state.firings, ...(alerts?.firings ?? []).filter(({ id }) => !known.has(id))];
    const ticks = [...this.state.ticks, ...batches.flatMap((batch) => batch.ticks)];
    this.#put({ ...this.state, phases, firings, ticks });
  }

  /** When a rule begins, by the clock of the processes. */
  beginsOf({ begins }: AlertRuleRow): number {
    return begins - this.#ahead;
  }

  #now(): EpochMicros {
    return (this.#clock() + this.#ahead) as EpochMicros;
  }

  #change(rules: readonly AlertRuleRow[]): void {
    this.#put({ ...this.state, rules, version: ++this.#version });
  }

  #put(alerts: AlertsState): void {
    this.#store.state = { ...this.#store.state, alerts };
  }
}

export function isOnPrices({ definition }: AlertRuleRow): boolean {
  return (definition as { condition: { type: string } }).condition.type === 'price_crosses';
}

/** Which ticks let a rule fire, by what is stored; the plainest way to say it. @param level prices reach it from below */
export function dueFirings(
  ticks: readonly SequencedTick[],
  { definition }: AlertRuleRow,
  begins: number,
): readonly number[] {
  const { condition } = definition as { condition: { level: string; hysteresis: string; direction: 'up' | 'down' } };
  const sign = condition.direction === 'up' ? 1 : -1;
  const level = sign * Number(condition.level);
  const back = level - Number(condition.hysteresis);
  const due: number[] = [];
  let before = Number.NaN;
  let isArmed = true;
  for (const { price, time, seq } of ticks) {
    const value = sign * Number(price as DecimalText);
    if (time >= begins) {
      if (isArmed && value >= level && before < level) {
        due.push(seq);
        isArmed = false;
      } else if (!isArmed && value < back) isArmed = true;
    }
    before = value;
  }
  return due;
}
