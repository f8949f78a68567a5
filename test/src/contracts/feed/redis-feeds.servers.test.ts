import { feedContract } from './feed-contract.ts';
import { setUp } from './redis-set-up.ts';

feedContract('the Redis Pub/Sub feed', () => setUp('pubsub'));
feedContract('the Redis Streams feed', () => setUp('stream'));
