import { type JudgedRule, readRule } from '@tickwatch/alerts';
import type { EpochMicros } from '@tickwatch/core';
import type { AlertReader, AlertRuleRow } from '@tickwatch/store';
import type { ReceiptClock } from './receipt-clock.ts';

/**
 * The rules that are to be judged, as they were read last, and the version that they have together. A rule that did not change
 * stays the same object. They begin by the database's clock, and ticks are received by another: so long ago they began by it, too.
 */
export class KnownRules {
  readonly #reader: Pick<AlertReader, 'rules'>;
  readonly #onUnreadable: (id: string, error: unknown) => void;
  #version: number | undefined;
  #rules: readonly JudgedRule[] = [];
  #read = new Map<string, { readonly row: AlertRuleRow; readonly rule: JudgedRule | undefined }>();
  #isStale = true;
  readonly #clock: ReceiptClock;

  /** @param onUnreadable told once of each rule that is not understood: it is left out */
  constructor(
    reader: Pick<AlertReader, 'rules'>,
    clock: ReceiptClock,
    onUnreadable: (id: string, error: unknown) => void,
  ) {
    this.#reader = reader;
    this.#clock = clock;
    this.#onUnreadable = onUnreadable;
  }

  /** `undefined`: they were never read. */
  get version(): number | undefined {
    return this.#version;
  }

  get rules(): readonly JudgedRule[] {
    return this.#rules;
  }

  get isStale(): boolean {
    return this.#isStale;
  }

  /** How many are not understood. */
  get unreadable(): number {
    return [...this.#read.values()].filter(({ rule }) => rule === undefined).length;
  }

  /** They may be other ones by now. */
  changed(): void {
    this.#isStale = true;
  }

  /** Reads them where they may have changed. @throws StoreUnavailableError */
  async refresh(): Promise<void> {
    if (!this.#isStale) return;
    // What changes while they are read is told again.
    this.#isStale = false;
    try {
      const now = await this.#clock.read();
      const found = await this.#reader.rules(this.#version);
      if (found === undefined) return;
      // A little less than it is, by what reading took: whatever was received after a rule was made is received after it begins.
      const ahead = now - found.now;
      this.#take(
        found.rules.filter(({ isEnabled }) => isEnabled),
        ahead,
      );
      this.#version = found.version;
    } catch (error) {
      this.#isStale = true;
      throw error;
    }
  }

  #take(rows: readonly AlertRuleRow[], ahead: number): void {
    const before = this.#read;
    this.#read = new Map();
    const rules: JudgedRule[] = [];
    for (const row of rows) {
      const known = before.get(row.id);
      const rule = known?.row === row ? known.rule : this.#understand(row, ahead, known?.rule);
      this.#read.set(row.id, { row, rule });
      if (rule !== undefined) rules.push(rule);
    }
    this.#rules = rules;
  }

  /** @param before as it was known until now: with the same revision it begins when it did */
  #understand(row: AlertRuleRow, ahead: number, before: JudgedRule | undefined): JudgedRule | undefined {
    try {
      const rule = readRule(row);
      const begins = before?.revision === rule.revision ? before.begins : ((rule.begins + ahead) as EpochMicros);
      return { ...rule, begins };
    } catch (error) {
      this.#onUnreadable(row.id, error);
      return undefined;
    }
  }
}
