import { after, before } from 'node:test';
import { type RedisCluster, startRedisCluster } from '../../servers/index.ts';
import { feedContract } from './feed-contract.ts';
import { setUpOn } from './redis-cluster-set-up.ts';

let cluster: RedisCluster;
before(async () => {
  cluster = await startRedisCluster();
});
after(() => cluster?.[Symbol.asyncDispose]());

feedContract('the Redis Pub/Sub feed of a cluster', () => setUpOn(cluster, 'pubsub'));
feedContract('the Redis Streams feed of a cluster', () => setUpOn(cluster, 'stream'));
