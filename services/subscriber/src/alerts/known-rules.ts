import { type JudgedRule, readRule } from '@tickwatch/alerts';
import type { AlertReader, AlertRuleRow } from '@tickwatch/store';

/**
 * The rules that are to be judged, as they were read last, and the version that they have together. A rule that did not change
 * stays the same object.
 */
export class KnownRules {
  readonly #reader: Pick<AlertReader, 'rules'>;
  readonly #onUnreadable: (id: string, error: unknown) => void;
  #version: number | undefined;
  #rules: readonly JudgedRule[] = [];
  #read = new Map<string, { readonly row: AlertRuleRow; readonly rule: JudgedRule | undefined }>();
  #isStale = true;

  /** @param onUnreadable told once of each rule that is not understood: it is left out */
  constructor(reader: Pick<AlertReader, 'rules'>, onUnreadable: (id: string, error: unknown) => void) {
    this.#reader = reader;
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
      const found = await this.#reader.rules(this.#version);
      if (found === undefined) return;
      this.#take(found.rules.filter(({ isEnabled }) => isEnabled));
      this.#version = found.version;
    } catch (error) {
      this.#isStale = true;
      throw error;
    }
  }

  #take(rows: readonly AlertRuleRow[]): void {
    const before = this.#read;
    this.#read = new Map();
    const rules: JudgedRule[] = [];
    for (const row of rows) {
      const known = before.get(row.id);
      const rule = known?.row === row ? known.rule : this.#understand(row);
      this.#read.set(row.id, { row, rule });
      if (rule !== undefined) rules.push(rule);
    }
    this.#rules = rules;
  }

  #understand(row: AlertRuleRow): JudgedRule | undefined {
    try {
      return readRule(row);
    } catch (error) {
      this.#onUnreadable(row.id, error);
      return undefined;
    }
  }
}
