import { type LaneName, lanesOf } from '@tickwatch/core';
import {
  createFeed,
  type Feed,
  type FeedConfig,
  type FeedEvent,
  type InProcessBus,
  type LogStatus,
  type SourceState,
} from '@tickwatch/feed';
import { ConfigError } from '@tickwatch/runtime';
import type { SubscriberConfig } from './config.ts';
import type { LaneReading } from './lead/leader-parts.ts';
import { Hearing } from './log/hear.ts';
import type { LaneLogs } from './log/lane-logs.ts';
import { SpoolWriter } from './log/spool-writer.ts';
import { StreamReader } from './log/stream-reader.ts';

/** A feed whose messages go into the lanes' logs, whether its source tells them or is read. */
export interface OpenedFeed extends LaneReading, AsyncDisposable {
  readonly kind: Feed['source']['kind'];
  readonly log: Feed['log'];
  /** Begins to listen. @param onHeard called when a log has grown */
  start(logs: LaneLogs, onHeard: () => void): void;
  /** There may be something to write to the spool, or room in it. */
  write(): void;
  committed(): void;
  /** Hears no more, and writes to the spool what it has room for. */
  end(): Promise<void>;
  /** The worst state of all lanes, and those that are not connected. */
  states(): { readonly worst: SourceState; readonly bad: readonly (readonly [LaneName, SourceState])[] };
  logStatus(): LogStatus;
}

/** Opens the feed that the settings name. @param bus what a generator of this process sends to */
export async function openFeed(
  config: SubscriberConfig,
  bus: InProcessBus | undefined,
  onEvent: (event: FeedEvent) => void,
): Promise<OpenedFeed> {
  const feed = await createFeed(feedConfig(config, bus), onEvent);
  const { lanes, futureToleranceMs } = config;
  const toleranceMicros = futureToleranceMs * 1000;
  let logs: LaneLogs | undefined;
  let writer: SpoolWriter | undefined;
  let reader: StreamReader | undefined;
  let ended: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    reader?.close();
    await feed.source[Symbol.asyncDispose]();
    await writer?.close();
  };
  const endOnce = (): Promise<void> => (ended ??= end());
  return {
    kind: feed.source.kind,
    log: feed.log,
    start(opened, onHeard) {
      logs = opened;
      if (feed.kind === 'push') {
        writer = new SpoolWriter(opened, feed.log, config.feed.spool.groupCommitMs);
        feed.source.start(new Hearing(opened, lanes, toleranceMicros, onHeard).hear);
      } else {
        reader = new StreamReader({ source: feed.source, log: feed.log, logs: opened }, toleranceMicros, onHeard);
        feed.source.start();
      }
    },
    write: () => writer?.wake(),
    committed: () => writer?.retry(),
    lead(lane, after) {
      const log = logs?.get(lane);
      if (log !== undefined) reader?.begin(log, after, log.numbering.cutsBehind(after));
    },
    keep(lane) {
      const log = logs?.get(lane);
      if (log !== undefined && reader?.isReading(lane) === false) reader.begin(log, undefined, []);
    },
    passOn: (lane) => reader?.end(lane),
    states() {
      const states = lanesOf(lanes).map(
        (lane) =>
          [lane, feed.source.status(feed.kind === 'push' ? lane.slice(0, lane.lastIndexOf('/')) : lane)] as const,
      );
      const bad = states.filter(([, { state }]) => state !== 'connected');
      const worst = bad[0] ?? states[0];
      return {
        worst: worst?.[1] ?? { state: 'disconnected', since: 0 as SourceState['since'], error: 'no lane' },
        bad,
      };
    },
    logStatus: () => feed.log.status(),
    end: endOnce,
    async [Symbol.asyncDispose]() {
      await endOnce();
      await feed.log[Symbol.asyncDispose]();
    },
  };
}

function feedConfig({ feed, lanes }: SubscriberConfig, bus: InProcessBus | undefined): FeedConfig {
  const { kind, redisUrl, spool, maxStreamLength } = feed;
  if (redisUrl === undefined) {
    if (bus === undefined) throw new ConfigError(['REDIS_URL is not set (only `npm start` runs without Redis)']);
    return { kind: 'in-process', lanes, bus, spool };
  }
  return kind === 'stream' ? { kind, lanes, redisUrl, maxStreamLength } : { kind, lanes, redisUrl, spool };
}
