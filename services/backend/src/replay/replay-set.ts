import { formatMicros, type SequencedTick } from '@tickwatch/core';
import { MAX_REPLAY_MESSAGE_BYTES, newReplayId, type ReplayChannels } from '@tickwatch/live';
import type { Logger } from '@tickwatch/runtime';
import type { TickReader } from '@tickwatch/store';
import type { Registry } from 'prom-client';
import { ChannelReplay, type ReplayEnd, type ReplayQuestion } from './channel-replay.ts';
import { readPages } from './read-pages.ts';
import type { ReplayLimits } from './replay-limits.ts';
import { measureReplays, type ReplayMetrics } from './replay-metrics.ts';
import { createTimeline, type Timeline } from './timeline.ts';

/** As many replays run as may. */
export class ReplaysFullError extends Error {
  readonly code = 'REPLAYS_FULL';
  override readonly name = 'ReplaysFullError';
}

/** The service stops: no replay begins any more. */
export class ReplaysClosedError extends Error {
  readonly code = 'REPLAYS_CLOSED';
  override readonly name = 'ReplaysClosedError';
}

/** In the range that is to be replayed nothing is known. */
export class NothingToReplayError extends Error {
  readonly code = 'NOTHING_TO_REPLAY';
  override readonly name = 'NothingToReplayError';
}

export interface ReplaySetParts {
  readonly reader: Pick<TickReader, 'marketPage'>;
  readonly channels: ReplayChannels;
  readonly limits: ReplayLimits;
  readonly registry: Registry;
  readonly log: Logger;
  readonly timeline?: Timeline;
}

/** The replays of this process: few, found by ids that can't be guessed, each gone when nobody listens. */
export class ReplaySet implements AsyncDisposable {
  readonly #parts: ReplaySetParts;
  readonly #timeline: Timeline;
  readonly #metrics: ReplayMetrics;
  readonly #replays = new Map<string, ChannelReplay>();
  /** Over, and their last word is on its way. */
  readonly #ending = new Set<Promise<void>>();
  /** Are looked up, and will run. */
  #opening = 0;
  #isClosed = false;

  constructor(parts: ReplaySetParts) {
    this.#parts = parts;
    this.#timeline = parts.timeline ?? createTimeline();
    this.#metrics = measureReplays(parts.registry, () => this.#replays.size);
  }

  /** In the order in which they began. */
  all(): readonly ChannelReplay[] {
    return [...this.#replays.values()];
  }

  get(id: string): ChannelReplay | undefined {
    return this.#replays.get(id);
  }

  /**
   * Opens a replay; it begins when somebody listens.
   * @throws ReplaysFullError, ReplaysClosedError, NothingToReplayError, and what the reader throws
   */
  async open(question: ReplayQuestion, signal?: AbortSignal): Promise<ChannelReplay> {
    const { most } = this.#parts.limits;
    if (this.#isClosed) throw new ReplaysClosedError('the service stops');
    if (this.#replays.size + this.#opening >= most) throw new ReplaysFullError(`${most} replays run`);
    this.#opening++;
    try {
      const first = { ...marketOf(question), limit: 1 };
      const { chunks, missing } = await this.#parts.reader.marketPage(first, { signal });
      if (!chunks.some(({ count }) => count > 0)) throw new NothingToReplayError('there are no ticks in the range');
      if (this.#isClosed) throw new ReplaysClosedError('the service stops');
      return this.#begin(question, missing.complete);
    } finally {
      this.#opening--;
    }
  }

  /** Resolves when it has said its last word. @returns false: there is none of that id */
  async end(id: string, why: ReplayEnd): Promise<boolean> {
    const replay = this.#replays.get(id);
    if (replay === undefined) return false;
    this.#replays.delete(id);
    const { ticks, skipped, player } = replay;
    // The id is a secret.
    const fields = { event: 'replay_over', why, ticks, skipped, behind_seconds: Math.round(player.behindMs) / 1000 };
    this.#parts.log.info(fields, 'a replay is over');
    const ended = replay.end().catch((error: unknown) => this.#failed(error));
    this.#ending.add(ended);
    await ended;
    this.#ending.delete(ended);
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#replays.keys()].map((id) => this.end(id, 'the service stops')));
    await Promise.all(this.#ending);
  }

  #begin(question: ReplayQuestion, isComplete: boolean): ChannelReplay {
    const id = newReplayId();
    const { reader, channels, limits, log } = this.#parts;
    const replay = new ChannelReplay({
      id,
      channel: channels.open(id),
      question,
      isComplete,
      timeline: this.#timeline,
      read: readPages(reader, marketOf(question)),
      ticksPerSecond: limits.ticksPerSecond,
      longestMs: limits.longestMs,
      onLag: (ms, ticks) => this.#metrics.published(ms, ticks),
      onError: (error) => this.#failed(error),
      onSkip: (tick, skipped) => this.#skipped(tick, skipped),
      onOver: (why) => void this.end(id, why),
    });
    this.#replays.set(id, replay);
    const { from, to, speed } = question;
    log.info({ event: 'replay_begun', from, to, speed, replays: this.#replays.size }, 'a replay is there');
    return replay;
  }

  #skipped({ stock, exchange, time }: SequencedTick, skipped: number): void {
    this.#metrics.skipped();
    // Of more, how many is told at the end.
    if (skipped > 1) return;
    const fields = { event: 'replay_tick_skipped', stock: stock.slice(0, 80), exchange, time: formatMicros(time) };
    this.#parts.log.warn(fields, `a replay leaves a tick out: ${MAX_REPLAY_MESSAGE_BYTES} bytes go into a message`);
  }

  #failed(error: unknown): void {
    this.#parts.log.warn({ event: 'replay_failed', error: String(error) }, 'a replay waits, and tries again');
  }
}

function marketOf({ from, to, exchange, stocks }: ReplayQuestion) {
  return { from, until: to + 1, exchange, stocks };
}
