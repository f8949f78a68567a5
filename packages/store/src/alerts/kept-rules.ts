import type { EpochMicros } from '@tickwatch/core';
import type { AlertRuleRow, AlertRules } from './alert-rows.ts';

/** A rule that changed; of one that is gone all but its id is null. */
export interface ChangedRule {
  readonly now: string;
  readonly version: string;
  readonly is_all: boolean;
  readonly id: string | null;
  readonly definition: unknown;
  readonly revision: number;
  readonly is_enabled: boolean | null;
  readonly begins: string;
  readonly snoozed_until: string | null;
}

/** The rules as they were read last: of thousands only those are read again that changed. Those that did not stay the same objects. */
export class KeptRules {
  readonly #since: (version: number | undefined) => Promise<readonly ChangedRule[]>;
  readonly #rules = new Map<string, AlertRuleRow>();
  #version: number | undefined;
  /** What the database's clock is ahead of a clock that is never set, µs, or a little more. */
  #ahead = 0;
  #turn: Promise<unknown> = Promise.resolve();

  /** @param since reads what changed since a version */
  constructor(since: (version: number | undefined) => Promise<readonly ChangedRule[]>) {
    this.#since = since;
  }

  /** @returns `undefined`: they are still of the version that is known */
  read(known: number | undefined): Promise<AlertRules | undefined> {
    const result = this.#turn.then(async () => {
      const asked = performance.now();
      this.#take(await this.#since(this.#version), asked);
      const version = this.#version ?? 0;
      if (version === known) return undefined;
      const now = Math.ceil(performance.now() * 1000 + this.#ahead) as EpochMicros;
      return { version, rules: [...this.#rules.values()], now };
    });
    this.#turn = result.catch(() => {});
    return result;
  }

  #take(rows: readonly ChangedRule[], asked: number): void {
    const [first] = rows;
    if (first === undefined) return;
    if (first.is_all) this.#rules.clear();
    for (const row of rows) {
      if (row.id === null) continue;
      if (row.is_enabled === null) this.#rules.delete(row.id);
      else this.#rules.set(row.id, toRule(row, row.id, row.is_enabled));
    }
    this.#version = Number(first.version);
    this.#ahead = Number(first.now) - asked * 1000;
  }
}

function toRule(row: ChangedRule, id: string, isEnabled: boolean): AlertRuleRow {
  return {
    id,
    definition: row.definition,
    revision: row.revision,
    isEnabled,
    begins: Number(row.begins) as EpochMicros,
    snoozedUntil: row.snoozed_until === null ? undefined : (Number(row.snoozed_until) as EpochMicros),
  };
}
