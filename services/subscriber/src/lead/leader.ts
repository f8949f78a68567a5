import { backoffMs, type LaneName } from '@tickwatch/core';
import { sleep } from '@tickwatch/runtime';
import type { CommitResult, JoinRequest, LanePosition, Membership, Survey } from '@tickwatch/store';
import type { Cut } from '../log/cut.ts';
import { messageOf } from '../log-fields.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import { applyPhases, type LeaderParts } from './leader-parts.ts';
import {
  isOld,
  type Leadership,
  type LeadershipEvent,
  mayStore,
  newLeadership,
  nextLeadership,
  roleOf,
  storableLanes,
} from './leadership.ts';
import { movedLanes, trimFollowed, undrainedLanes } from './odd-lanes.ts';
import { type Flight, placeLane, undefinedIfAway } from './place-lane.ts';

const SURVEY_MS = 1000;
/** `migrate` tries once with it. */
const ONE_TRY = AbortSignal.abort();

/** The shell around {@link nextLeadership}: asks the database, tells the machine, and does what it says. */
export class Leader {
  /** Runs one piece of work at a time: commits, and changes of who leads. */
  readonly exclusive = oneAtATime();
  readonly #parts: LeaderParts;
  readonly #request: JoinRequest;
  #state: Leadership;
  #membership: Membership | undefined;
  #flights: ReadonlyMap<LaneName, Flight> = new Map();
  #poke = new AbortController();
  #isUndrainedKnown = false;
  #onTaken: () => void = () => {};
  #lastFlush: (lane: LaneName) => Promise<unknown> = async () => {};

  /** @param lanes those of the settings */
  constructor(parts: LeaderParts, lanes: readonly LaneName[], request: JoinRequest) {
    this.#parts = parts;
    this.#request = request;
    this.#state = newLeadership(request.owner, lanes);
  }

  get state(): Leadership {
    return this.#state;
  }

  /** The session whose leases are held, while there is one. */
  get membership(): Membership | undefined {
    return this.#membership;
  }

  /** The lanes that may be stored now, those that are to be drained first. */
  get storable(): readonly LaneName[] {
    return storableLanes(this.#state);
  }

  /** The outcome of a commit is not known, or a lane does not stand where it was left. */
  doubt(cuts: readonly Cut[], result: CommitResult | undefined): void {
    if (result !== undefined) this.#flights = new Map(cuts.map((cut) => [cut.log.lane, { cut, result }]));
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
        this.storeFailed(error);
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
    const survey = await membership.survey([...this.#state.lanes.keys()], this.#parts.heard());
    await this.exclusive(async () => {
      const moved = await movedLanes(this.storable, survey, membership, this.#parts.logs);
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
    this.#membership = await this.#parts.store.join(this.#request);
    return this.#membership;
  }

  /** Lanes of other settings are led too, until they are drained. */
  async #findUndrained(): Promise<void> {
    if (this.#isUndrainedKnown) return;
    const { store, logs, node, events } = this.#parts;
    const undrained = await undrainedLanes(this.#state.configured, store, logs, node).catch(undefinedIfAway);
    if (undrained === undefined) return;
    if (undrained.ofOthers.length > 0) events.lanesOfOtherNodes(undrained.ofOthers);
    this.#tell({ type: 'undrained_known', lanes: undrained.own });
    this.#isUndrainedKnown = true;
  }

  async #loseSession(membership: Membership): Promise<void> {
    this.#membership = undefined;
    const error = messageOf(membership.lost.reason);
    await this.exclusive(async () => this.#tell({ type: 'session_lost', error }));
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
    // Where it can't be placed now it is tried again with the next survey.
    if (log === undefined || !(await placeLane(log, position, this.#flights.get(lane), this.#parts))) return;
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
    const { logs } = this.#parts;
    // A log of the source's own keeps what it has, and is not drained for good: others may add to it.
    if (logs.spool === undefined) return;
    const followed = [...this.#state.lanes].filter(([, phase]) => phase === 'following').map(([lane]) => lane);
    await trimFollowed(followed, survey, logs.spool);
    const old = [...this.#state.lanes.keys()].filter((lane) => isOld(this.#state, lane));
    const drained = this.storable.filter((lane) => old.includes(lane) && logs.get(lane)?.waiting === 0);
    if (drained.length === 0) return;
    for (const lane of drained) await this.#membership?.release(lane);
    this.#tell({ type: 'undrained_known', lanes: old.filter((lane) => !drained.includes(lane)) });
  }

  #tell(event: LeadershipEvent): void {
    const before = this.#state;
    this.#state = nextLeadership(before, event);
    applyPhases(this.#state, this.#parts);
    if (roleOf(before) !== roleOf(this.#state)) this.#parts.events.role(this.#state);
  }
}
