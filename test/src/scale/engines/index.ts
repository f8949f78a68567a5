import type { OpenEngine } from '../log-engine.ts';
import { openKafka } from './kafka.ts';
import { openNats } from './nats.ts';
import { openRedisCluster } from './redis-cluster.ts';
import { openRedisStreams } from './redis-streams.ts';

/** Every engine that the table and the bench are made of: one line each; what takes longest first. */
export const ENGINES: Readonly<Record<string, OpenEngine>> = {
  kafka: openKafka,
  'redis-cluster': openRedisCluster,
  nats: openNats,
  'redis-streams': openRedisStreams,
};
