import { type LaneName, type LiveTick, parseTime } from '@tickwatch/core';
import { type BoardBatch, type BoardTick, isBehind } from './board-batch.ts';

/** What a batch of live ticks means for a series that was loaded up to some tick. */
export interface Taken<T> {
  /** The ticks that the series does not hold yet, in order. */
  readonly fresh: readonly T[];
  /** Ticks are missing between what the series holds and the first fresh one: load it again. */
  readonly hole: boolean;
}

const NOTHING: Taken<never> = { fresh: [], hole: false };

/**
 * Joins history and live into one series without a hole and without a repeat. Ticks of a lane are numbered without gaps
 * (`seq`), and history says which number it reaches in each (`X-Position`): what is live and at or below it is already
 * there.
 */
export class SeamCursor {
  readonly #reached = new Map<LaneName, number>();
  /** False while history has not said how far it reaches: then every live tick counts as fresh, never as a hole. */
  #known = false;
  #moment = Number.NEGATIVE_INFINITY;

  /**
   * Begins anew after a load. A lane that the position leaves out has nothing in its feed yet.
   * @param moment what the load is as of, epoch µs: it holds all ticks up to there, also those that come later
   */
  start(position: ReadonlyMap<LaneName, number> | undefined, moment = Number.NEGATIVE_INFINITY): void {
    this.#reached.clear();
    this.#moment = moment;
    this.#known = position !== undefined;
    if (position !== undefined) for (const [lane, seq] of position) this.#reached.set(lane, seq);
  }

  /** The last tick of a lane that the series accounts for. */
  reached(lane: LaneName): number | undefined {
    return this.#reached.get(lane) ?? (this.#known ? 0 : undefined);
  }

  /** Takes ticks of one lane, in order. */
  take(lane: LaneName, ticks: readonly LiveTick[]): Taken<LiveTick> {
    const first = ticks[0];
    const last = ticks[ticks.length - 1];
    if (first === undefined || last === undefined) return NOTHING;
    const reached = this.reached(lane);
    this.#reached.set(lane, Math.max(reached ?? 0, last.seq));
    const fresh = reached === undefined || first.seq > reached ? ticks : ticks.filter((tick) => tick.seq > reached);
    const start = fresh[0];
    if (start === undefined) return NOTHING;
    const hole = (reached !== undefined && start.seq > reached + 1) || !isUnbroken(fresh);
    return { fresh: this.#moment < 0 ? fresh : fresh.filter((tick) => !isHeld(tick, this.#moment)), hole };
  }

  /** Takes a batch of a board; one that reaches beyond what the series holds is fresh as a whole. */
  takeBatch(batch: BoardBatch): Taken<BoardTick> {
    const { lane, after, seq, ticks } = batch;
    const reached = this.reached(lane) ?? 0;
    if (isBehind(batch, reached)) return NOTHING;
    const hole = after > reached && (this.#known || reached > 0);
    this.#reached.set(lane, seq);
    return { fresh: ticks.filter((tick) => (tick.seq > reached || after === seq) && tick.time > this.#moment), hole };
  }
}

function isHeld({ timestamp }: LiveTick, moment: number): boolean {
  return (parseTime(timestamp) ?? 0) <= moment;
}

/** True when no number is left out between the first tick and the last: the server leaves ticks out under stress. */
function isUnbroken(ticks: readonly LiveTick[]): boolean {
  return (ticks[ticks.length - 1]?.seq ?? 0) - (ticks[0]?.seq ?? 0) === ticks.length - 1;
}

/**
 * The last live ticks of one lane without a gap between them: what came in while history was being loaded is
 * taken from here. Bounded; the oldest go first.
 */
export class RecentTicks {
  readonly #limit: number;
  #ticks: LiveTick[] = [];

  constructor(limit = 20_000) {
    this.#limit = limit;
  }

  get ticks(): readonly LiveTick[] {
    return this.#ticks;
  }

  /**
   * Adds ticks as they come and drops the ones that came before.
   * @returns the new ones; `restarted`: the feed began to count anew
   */
  add(ticks: readonly LiveTick[]): { readonly fresh: readonly LiveTick[]; readonly restarted: boolean } {
    const known = this.#ticks[this.#ticks.length - 1];
    const first = ticks[0];
    const last = ticks[ticks.length - 1];
    if (first === undefined || last === undefined) return { fresh: [], restarted: false };
    // A bundle that is sent twice holds the same times again; lower numbers with later times are another count.
    const restarted = known !== undefined && last.seq <= known.seq && last.timestamp > known.timestamp;
    const fresh =
      known === undefined || restarted || first.seq > known.seq ? ticks : ticks.filter((tick) => tick.seq > known.seq);
    const start = fresh[0];
    if (start === undefined) return { fresh, restarted };
    const gap = !isUnbroken(fresh) || (known !== undefined && !restarted && start.seq > known.seq + 1);
    if (gap || restarted) this.#ticks = [];
    for (const tick of unbrokenEnd(fresh)) this.#ticks.push(tick);
    // Trimmed in large steps: shifting the array for every bundle would cost more than keeping a few more ticks.
    if (this.#ticks.length > this.#limit * 1.25) this.#ticks = this.#ticks.slice(-this.#limit);
    return { fresh, restarted };
  }
}

function unbrokenEnd(ticks: readonly LiveTick[]): readonly LiveTick[] {
  let start = ticks.length - 1;
  while (start > 0 && (ticks[start - 1]?.seq ?? 0) + 1 === ticks[start]?.seq) start--;
  return ticks.slice(Math.max(0, start));
}
