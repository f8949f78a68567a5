import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ResourceStack } from '@tickwatch/runtime';
import {
  type PostgresOptions,
  type PostgresServer,
  type RedisServer,
  startPostgres,
  startRedis,
} from '../servers/index.ts';
import { NumberedTicks } from './numbered-ticks.ts';
import { RedisPublisher, type RedisPublisherOptions } from './redis-publisher.ts';
import { type StackParts, TickStack } from './tick-stack.ts';

export interface FaultStackOptions extends Pick<RedisPublisherOptions, 'feed' | 'lanes' | 'perMessage'> {
  /** A server that several stacks share, each with a database of its own; else it starts one. */
  readonly postgres?: PostgresServer;
  readonly postgresSettings?: PostgresOptions['settings'];
  /** More settings of the subscribers. */
  readonly env?: Readonly<Record<string, string>>;
  readonly paddedTo?: number;
}

/** Redis, PostgreSQL, a publisher of numbered ticks and as many subscribers as are launched; all real, all its own. */
export class FaultStack extends TickStack<RedisPublisher> {
  readonly feed: 'streams' | 'pubsub';
  readonly redis: RedisServer;

  private constructor(
    { feed, lanes = 1, env }: FaultStackOptions,
    redis: RedisServer,
    parts: StackParts<RedisPublisher>,
    opened: ResourceStack,
  ) {
    const feedIs = feed === 'streams' ? 'stream' : 'pubsub';
    super(parts, { REDIS_URL: redis.url, TICK_FEED: feedIs, LANES: String(lanes), ...env }, opened);
    this.feed = feed;
    this.redis = redis;
  }

  static open(options: FaultStackOptions): Promise<FaultStack> {
    return ResourceStack.open(async (opened) => {
      const folder = await mkdtemp(join(tmpdir(), 'tickwatch-faults-'));
      opened.defer(() => rm(folder, { recursive: true, force: true }));
      const redis = opened.use(await startRedis({ appendOnly: options.feed === 'streams' }));
      const settings = options.postgresSettings;
      const postgres = options.postgres ?? opened.use(await startPostgres(settings === undefined ? {} : { settings }));
      const databaseUrl = await postgres.createDatabase();
      const ticks = new NumberedTicks({ paddedTo: options.paddedTo });
      const publisher = opened.use(new RedisPublisher({ ...options, redisUrl: redis.url, ticks }));
      await publisher.connect();
      return new FaultStack(options, redis, { folder, postgres, databaseUrl, publisher }, opened);
    });
  }
}
