import type { LaneName } from '@tickwatch/core';
import type { Label, LogEntry, LostMessages, Place, ResumePoint, Spool, SpoolEntry, SpoolRun } from '@tickwatch/feed';

interface Kept extends SpoolEntry {
  isCommitted: boolean;
}

/** A spool that outlives its process, can be full, and remembers committed entries as long as it is told to. */
export class ModelSpool implements Spool {
  readonly durability = 'spool';
  readonly start = '0';
  isFull = false;
  /** Committed entries are forgotten at once. */
  hasGrace = true;
  #entries: Kept[] = [];
  #labels: Label[] = [];
  readonly #id: string;
  readonly #lane: LaneName;

  constructor(id: string, lane: LaneName) {
    this.#id = id;
    this.#lane = lane;
  }

  get room(): number {
    return this.isFull ? 0 : 1_000_000;
  }

  id(): string {
    return this.#id;
  }

  has(price: string): boolean {
    const text = `S:(${price},`;
    return this.#entries.some(({ messages }) => messages.some(({ payload }) => `${payload}`.startsWith(text)));
  }

  /** Some of its entries can't be read any more. @returns what they held, and where that is missing */
  damage(
    from: number,
    count: number,
  ): { readonly entries: readonly SpoolEntry[]; readonly lost: readonly LostMessages[] } {
    const entries = this.#entries.splice(from, count);
    const [first, last] = [entries[0], entries.at(-1)];
    if (first === undefined || last === undefined) return { entries, lost: [] };
    const messages = entries.reduce((sum, entry) => sum + entry.messages.length, 0);
    const hole = { reason: 'spool_damaged', messages, isBefore: true } as const;
    this.#labels.push({ after: last.position, seq: 0, holes: [hole] });
    this.#labels.sort((a, b) => Number(a.after) - Number(b.after));
    return { entries, lost: [{ lane: this.#lane, after: first.after, upTo: last.position, messages }] };
  }

  get entries(): readonly SpoolEntry[] {
    return this.#entries;
  }

  async lanes(): Promise<readonly LaneName[]> {
    return [this.#lane];
  }

  compare(a: string, b: string): number {
    return Number(a) - Number(b);
  }

  async end(): Promise<string> {
    return this.#entries.at(-1)?.position ?? '0';
  }

  async append(entries: readonly SpoolEntry[]): Promise<void> {
    if (this.isFull) throw new Error('full');
    for (const entry of entries) {
      this.#entries.push({ ...entry, isCommitted: false });
      if (entry.label !== undefined) this.#labels.push(entry.label);
    }
  }

  /** By the last message that both logs have: the payloads of the model are all different. */
  async place(point: ResumePoint | undefined, _lane: LaneName, unwritten: readonly LogEntry[] = []): Promise<Place> {
    if (point === undefined) return { after: '0', by: 'start' };
    if (point.logId === this.#id) return { after: point.position, by: 'own' };
    let after = '0';
    for (const { messages, position } of [...this.#entries, ...unwritten]) {
      for (const [i, { receivedAt }] of messages.entries()) {
        if (receivedAt <= point.receivedAt) after = String(Number(position) - messages.length + i + 1);
      }
    }
    return { after, by: 'time' };
  }

  async read(_lane: LaneName, after: string, limit: number, upTo?: string): Promise<LogEntry | undefined> {
    const entry = this.#entries.find(({ position }) => Number(position) > Number(after));
    if (entry === undefined) return undefined;
    const skip = Math.max(0, Number(after) - (Number(entry.position) - entry.messages.length));
    const most = upTo === undefined ? limit : Math.min(limit, Number(upTo) - Number(entry.after) - skip);
    const messages = entry.messages.slice(skip, skip + most);
    const position = String(Number(entry.position) - entry.messages.length + skip + messages.length);
    return messages.length === 0 ? undefined : { lane: entry.lane, messages, position };
  }

  async committed(points: readonly ResumePoint[]): Promise<void> {
    for (const { logId, position } of points) {
      if (logId !== this.#id) continue;
      for (const entry of this.#entries) entry.isCommitted ||= Number(entry.position) <= Number(position);
      if (!this.hasGrace) this.#entries = this.#entries.filter(({ isCommitted }) => !isCommitted);
    }
  }

  count(_lane: LaneName, after: string): SpoolRun {
    const run = { messages: 0, ticks: 0, rejected: 0 };
    for (const entry of this.#entries) {
      const first = Number(entry.position) - entry.messages.length;
      const skipped = Math.max(0, Math.min(entry.messages.length, Number(after) - first));
      run.messages += entry.messages.length - skipped;
      // In the model a message is one tick or one rejection, and those of an entry are all of one kind.
      run.ticks += entry.ticks > 0 ? entry.messages.length - skipped : 0;
      run.rejected += entry.rejected > 0 ? entry.messages.length - skipped : 0;
    }
    return run;
  }

  labels(_lane: LaneName, from: string): readonly Label[] {
    return this.#labels.filter(({ after }) => Number(after) >= Number(from));
  }

  async relabel(_lane: LaneName, label: Label, keepFrom: string): Promise<void> {
    const isKept = ({ after }: Label): boolean =>
      Number(after) < Number(label.after) || Number(after) >= Number(keepFrom);
    // Where something is missing a label stays, without a jump.
    const missing = this.#labels.filter((other) => !isKept(other) && other.holes !== undefined);
    const same = missing.find(({ after }) => after === label.after);
    const holes = missing.filter((other) => other !== same).map((other) => ({ ...other, seq: label.seq }));
    const labels = [...this.#labels.filter(isKept), { ...label, holes: same?.holes }, ...holes];
    this.#labels = labels.sort((a, b) => Number(a.after) - Number(b.after));
  }

  async trimBefore(): Promise<void> {}

  status() {
    return { messages: 0, bytes: 0, maxBytes: undefined, problem: this.isFull ? 'full' : undefined };
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
