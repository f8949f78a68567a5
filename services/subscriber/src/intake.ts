import { type EpochMicros, type LaneCounts, type LaneLayout, type LaneName, nowMicros } from '@tickwatch/core';
import type { Feed, FeedConfig, InProcessBus, SourceState } from '@tickwatch/feed';
import { ConfigError } from '@tickwatch/runtime';
import type { SubscriberConfig } from './config.ts';
import { hearInto } from './log/hear.ts';
import type { LaneLogs } from './log/lane-logs.ts';
import { SpoolWriter } from './log/spool-writer.ts';
import { StreamReader } from './log/stream-reader.ts';

const NO_LANE: SourceState = { state: 'disconnected', since: 0 as EpochMicros, error: 'no lane' };

/** Brings a feed's messages into the lanes' logs, whether its source tells them or is read. */
export class Intake implements AsyncDisposable {
  /** Where the source forgets what it told. */
  readonly writer: SpoolWriter | undefined;
  /** Where the source keeps messages. */
  readonly reader: StreamReader | undefined;
  readonly #feed: Feed;
  readonly #lanes: readonly LaneName[];
  readonly #listen: (onHeard: () => void) => void;
  #ended: Promise<void> | undefined;

  /** @param led the lanes that this process may lead: what comes of others is left to whoever does */
  constructor(feed: Feed, logs: LaneLogs, { lanes, feed: { spool } }: SubscriberConfig, led: readonly LaneName[]) {
    this.#feed = feed;
    this.#lanes = led;
    if (feed.kind === 'push') {
      this.writer = new SpoolWriter(logs, feed.log, spool.groupCommitMs);
      this.#listen = (onHeard) => feed.source.start(hearInto(logs, lanes, onHeard));
    } else {
      const reader = new StreamReader(feed.source, logs);
      this.reader = reader;
      this.#listen = (onHeard) => reader.start(onHeard);
    }
  }

  get kind(): Feed['source']['kind'] {
    return this.#feed.source.kind;
  }

  /** The source itself keeps messages. */
  get keepsMessages(): boolean {
    return this.#feed.kind === 'pull';
  }

  /** Begins to listen. @param onHeard called when a log has grown */
  start(onHeard: () => void): void {
    this.#listen(onHeard);
  }

  /** What the clock says by which messages are received. @throws FeedUnavailableError */
  async now(): Promise<EpochMicros> {
    const { kind, source } = this.#feed;
    return kind === 'push' ? nowMicros() : source.now();
  }

  /** How the source of a lane is. */
  stateOf(lane: LaneName): SourceState {
    return this.#feed.source.status(lane);
  }

  /** The worst state of all lanes, and those that are not connected. */
  states(): { readonly worst: SourceState; readonly bad: readonly (readonly [LaneName, SourceState])[] } {
    const states = this.#lanes.map((lane) => [lane, this.stateOf(lane)] as const);
    const bad = states.filter(([, { state }]) => state !== 'connected');
    const [[, worst] = ['', NO_LANE]] = [...bad, ...states];
    return { worst, bad };
  }

  /** Hears no more, and writes to the spool what it has room for. */
  end(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
    await this.#feed.log[Symbol.asyncDispose]();
  }

  async #end(): Promise<void> {
    this.reader?.close();
    await this.#feed.source[Symbol.asyncDispose]();
    await this.writer?.close();
  }
}

/** How the stocks of each exchange are dealt over its lanes. */
export function layoutsOf(lanes: LaneCounts, { kind, source }: Feed): ReadonlyMap<string, LaneLayout> {
  const isBySource = kind === 'pull' && source.lanesBy === 'source';
  return new Map([...lanes].map(([exchange, count]) => [exchange, isBySource && count > 1 ? -count : count]));
}

/** The feed that the settings name. @param bus what a generator of this process sends to */
export function feedConfig({ feed, lanes }: SubscriberConfig, bus: InProcessBus | undefined): FeedConfig {
  const { server, spool, maxStreamLength } = feed;
  if (server === undefined) {
    if (bus === undefined) {
      const names = 'REDIS_URL, NATS_URL or KAFKA_BROKERS';
      throw new ConfigError([`none of ${names} is set (only \`npm start\` runs without a server)`]);
    }
    return { kind: 'in-process', lanes, bus, spool };
  }
  if (server.kind === 'pubsub') return { lanes, ...server, spool };
  return server.kind === 'stream' ? { lanes, ...server, maxStreamLength } : { lanes, ...server };
}
