export { fairSpread } from '../faults/lane-spread.ts';
export { SubscriberProcess } from '../faults/subscriber-process.ts';
export { ENGINES } from './engines/index.ts';
export { openRedisStreams } from './engines/redis-streams.ts';
export type { LogEngine, OpenEngine } from './log-engine.ts';
