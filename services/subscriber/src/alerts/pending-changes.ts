import type { AlertChange } from '@tickwatch/alerts';
import type { EpochMicros } from '@tickwatch/core';
import type { LanePosition } from '@tickwatch/store';

/** Something that changed and is not written yet. */
export interface PendingChange {
  readonly change: AlertChange;
  /** When what changed it was received. */
  readonly receivedAt: EpochMicros;
}

/** What changed of the alerts of a lane, in order, until it is written. */
export class PendingChanges {
  #changes: PendingChange[] = [];
  /** What the last try to write had of it. */
  #inFlight: { readonly position: LanePosition | undefined; readonly changes: ReadonlySet<PendingChange> } | undefined;

  get count(): number {
    return this.#changes.length;
  }

  add(changes: readonly AlertChange[], receivedAt: EpochMicros): void {
    for (const change of changes) this.#changes.push({ change, receivedAt });
  }

  /** True where something fired among those from an index on. */
  hasFired(from: number): boolean {
    for (let i = from; i < this.#changes.length; i++) {
      if (this.#changes[i]?.change.firing !== undefined) return true;
    }
    return false;
  }

  /** True where something fired, or changed and waits for no tick. @param committed number of the last tick that is */
  isDue(committed: number): boolean {
    return this.#changes.some(({ change: { seq, firing } }) => seq <= committed || firing !== undefined);
  }

  /**
   * What is to be written with a tick's number and before; until it is, it stays here.
   * @param position of the commit that writes it; `undefined`: it is written beside all commits
   */
  takeOff(seq: number, position: LanePosition | undefined): readonly AlertChange[] {
    const changes = this.#changes.filter(({ change }) => change.seq <= seq);
    this.#inFlight = { position, changes: new Set(changes) };
    return changes.map(({ change }) => change);
  }

  /** Where the commit that had what was taken off last led to. */
  get flight(): LanePosition | undefined {
    return this.#inFlight?.position;
  }

  /** What was taken off last is written. @returns what of it fired */
  settle(): readonly PendingChange[] {
    const { changes } = this.#inFlight ?? {};
    this.#inFlight = undefined;
    if (changes === undefined) return [];
    this.#changes = this.#changes.filter((one) => !changes.has(one));
    return [...changes].filter(({ change }) => change.firing !== undefined);
  }

  removeRule(id: string): void {
    this.#changes = this.#changes.filter(({ change }) => change.phase.ruleId !== id);
  }

  /** Forgets what lies behind a number: it is found again. */
  forgetBehind(seq: number): void {
    this.#changes = this.#changes.filter(({ change }) => change.seq <= seq);
  }

  clear(): void {
    this.#changes = [];
    this.#inFlight = undefined;
  }
}
