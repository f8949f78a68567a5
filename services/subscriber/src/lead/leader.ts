import { backoffMs, type LaneName } from '@tickwatch/core';
import { FeedUnavailableError } from '@tickwatch/feed';
import { sleep } from '@tickwatch/runtime';
import type { CommitResult, LanePosition, Membership, Survey } from '@tickwatch/store';
import { messageOf } from '../events.ts';
import type { Leading } from '../flush/flusher.ts';
import type { Cut } from '../log/cut.ts';
import { applyPhases, type LeaderOptions, type LeaderParts } from './leader-parts.ts';
import {
  type LanePhase,
  type Leadership,
  type LeadershipEvent,
  mayStore,
  newLeadership,
  nextLeadership,
  roleOf,
} from './leadership.ts';
import { movedLanes, trimFollowed, undrainedLanes } from './odd-lanes.ts';
import { type Flight, placeLane } from './place-lane.ts';

const SURVEY_MS = 1000;
/** `migrate` tries once with it. */
const ONE_TRY = AbortSignal.abort();

/** The shell around {@link nextLeadership}: asks the database, tells the machine, and does what it says. */
export class Leader implements Leading {
  readonly #parts: LeaderParts;
  readonly #options: LeaderOptions;
  #state: Leadership;
  #membership: Membership | undefined;
  #flights: ReadonlyMap<LaneName, Flight> = new Map();
  #poke = new AbortController();
  #isUndrainedKnown = false;
  #onTaken: () => void = () => {};
  #lastFlush: (lane: LaneName) => Promise<unknown> = async () => {};

  constructor(parts: LeaderParts, options: LeaderOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#state = newLeadership(options.owner, options.lanes);
  }

  get state(): Leadership {
    return this.#state;
  }
  /** For people; a lane of other settings is drained while it is led, and then done with. */
  stateOf(lane: LaneName): LanePhase | 'draining' {
    const phase = this.#state.lanes.get(lane) ?? 'following';
    return mayStore(phase) && this.#isOld(lane) ? 'draining' : phase;
  }

  get membership(): Membership | undefined {
    return this.#membership;
  }

  storable(): readonly LaneName[] {
    const lanes = [...this.#state.lanes].filter(([, phase]) => mayStore(phase)).map(([lane]) => lane);
    return lanes.toSorted((a, b) => Number(this.#isOld(b)) - Number(this.#isOld(a)));
  }

  doubt(cuts: readonly Cut[], result: CommitResult | undefined): void {
    if (result !== undefined) {
      this.#flights = new Map(cuts.map((cut) => [cut.log.lane, { cut, count: result.lanes.get(cut.log.lane) }]));
    }
    this.#tell({ type: 'doubted', lanes: cuts.map(({ log }) => log.lane) });
    this.#poke.abort();
  }

  stored(): void {
    this.#tell({ type: 'stored' });
  }

  storeFailed(error: unknown): void {
    this.#tell({ type: 'store_failed', error: messageOf(error) });
  }

  /** Leads what there is to lead until the signal aborts; the leases are held until {@link close}. */
  async run(stop: AbortSignal, onTaken: () => void, lastFlush: (lane: LaneName) => Promise<unknown>): Promise<void> {
    [this.#onTaken, this.#lastFlush] = [onTaken, lastFlush];
    applyPhases(this.#state, this.#parts);
    for (let failures = 0; !stop.aborted; ) {
      this.#poke = new AbortController();
      try {
        await this.round(stop);
        failures = 0;
      } catch (error) {
        if (stop.aborted) return;
        failures += 1;
        this.#tell({ type: 'store_failed', error: messageOf(error) });
        const isWaitedFor = [...this.#parts.logs].some(({ waiting }) => waiting > 0);
        this.#parts.events.storeAway(error, isWaitedFor);
      }
      const news = [stop, this.#poke.signal, ...(this.#membership === undefined ? [] : [this.#membership.lost])];
      await sleep(failures === 0 ? SURVEY_MS : backoffMs(failures - 1), AbortSignal.any(news));
    }
  }

  async close(): Promise<void> {
    await this.#membership?.[Symbol.asyncDispose]();
    this.#membership = undefined;
  }

  /** Asks once who leads what, and does what follows. */
  async round(stop: AbortSignal): Promise<void> {
    if (this.#membership?.lost.aborted) await this.#loseSession(this.#membership);
    const membership = this.#membership ?? (await this.#join());
    await this.#findUndrained();
    const survey = await membership.survey([...this.#state.lanes.keys()]);
    await this.#parts.exclusive(async () => {
      const moved = await movedLanes(this.storable(), survey, membership, this.#parts.logs);
      if (moved.length > 0) this.#tell({ type: 'doubted', lanes: moved });
      this.#tell({ type: 'surveyed', survey });
      for (const lane of this.#state.toTake) if (!stop.aborted) await this.#take(membership, lane);
      for (const [lane, phase] of this.#state.lanes) if (phase === 'leaving') await this.#leave(membership, lane);
    });
    this.#parts.events.surveyed(this.#state, survey);
    await this.#letGo(survey);
  }

  async #join(): Promise<Membership> {
    await this.#parts.store.migrate(ONE_TRY);
    const { owner, staleAfterMs } = this.#options;
    const membership = await this.#parts.store.join({ owner, staleAfterMs });
    this.#membership = membership;
    return membership;
  }

  /** Lanes of other settings are led too, until they are drained. */
  async #findUndrained(): Promise<void> {
    if (this.#isUndrainedKnown) return;
    try {
      const undrained = await undrainedLanes(this.#options.lanes, this.#parts);
      this.#tell({ type: 'lanes_known', lanes: [...this.#options.lanes, ...undrained] });
      this.#isUndrainedKnown = true;
    } catch (error) {
      // Redis is away: its own state says so, and what is led goes on.
      if (!(error instanceof FeedUnavailableError)) throw error;
    }
  }

  async #loseSession(membership: Membership): Promise<void> {
    this.#membership = undefined;
    const error = messageOf(membership.lost.reason);
    await this.#parts.exclusive(async () => this.#tell({ type: 'session_lost', error }));
    await membership[Symbol.asyncDispose]();
  }

  async #take(membership: Membership, lane: LaneName): Promise<void> {
    let position: LanePosition | undefined;
    if (membership.held.has(lane)) {
      position = (await membership.positions([lane])).get(lane);
    } else {
      const taken = await membership.take(lane);
      if (taken === undefined) return this.#tell({ type: 'not_taken', lane });
      position = taken.position;
    }
    const log = this.#parts.logs.get(lane);
    if (log === undefined) return;
    const after = await placeLane(log, position, this.#flights.get(lane), this.#parts).catch((error: unknown) => {
      if (error instanceof FeedUnavailableError) return null;
      throw error;
    });
    // Redis is away and can't say where the lane is: it is tried again with the next survey.
    if (after === null) return;
    if (after !== undefined) this.#parts.reading.lead(lane, after);
    this.#tell({ type: 'taken', lane });
    this.#onTaken();
  }

  async #leave(membership: Membership, lane: LaneName): Promise<void> {
    await this.#lastFlush(lane);
    if (!mayStore(this.#state.lanes.get(lane))) return;
    await membership.release(lane);
    this.#tell({ type: 'released', lane });
  }

  /** What others have committed need not be kept for them; a lane of other settings that is drained is done with. */
  async #letGo(survey: Survey): Promise<void> {
    const { log, logs } = this.#parts;
    const followed = [...this.#state.lanes].filter(([, phase]) => phase === 'following').map(([lane]) => lane);
    await trimFollowed(followed, survey, log);
    const drained = this.storable().filter((lane) => this.#isOld(lane) && logs.get(lane)?.waiting === 0);
    if (drained.length === 0 || log.durability === 'log') return;
    for (const lane of drained) await this.#membership?.release(lane);
    const lanes = [...this.#state.lanes.keys()].filter((lane) => !drained.includes(lane));
    this.#tell({ type: 'lanes_known', lanes });
  }

  /** It is not of the settings of now. */
  #isOld(lane: LaneName): boolean {
    return !this.#options.lanes.includes(lane);
  }

  #tell(event: LeadershipEvent): void {
    const before = this.#state;
    this.#state = nextLeadership(before, event);
    applyPhases(this.#state, this.#parts);
    if (roleOf(before) !== roleOf(this.#state)) this.#parts.events.role(this.#state);
  }
}
