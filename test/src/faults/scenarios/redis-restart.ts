import { setTimeout } from 'node:timers/promises';
import type { FaultRow, Scenario, ScenarioOptions } from '../fault-row.ts';
import { FaultStack } from '../fault-stack.ts';

const PER_SECOND = 2000;

/** Redis ended, by SIGTERM and by SIGKILL in turn, and started again. */
export const redisRestart: readonly Scenario[] = (['streams', 'pubsub'] as const).map((feed) => ({
  name: `redis-restarted-${feed}`,
  run: (options) => run(feed, options),
}));

async function run(feed: 'streams' | 'pubsub', { quick }: ScenarioOptions): Promise<readonly FaultRow[]> {
  await using stack = await FaultStack.open({ feed });
  const times = quick ? 2 : 8;
  const subscriber = await stack.work(PER_SECOND);
  let recoverySeconds = 0;
  const cuts: number[] = [];
  for (let i = 0; i < times; i++) {
    cuts.push(Date.now());
    await (i % 2 === 0 ? stack.redis.stop() : stack.redis.kill());
    await subscriber.saysOf('feed', false);
    await stack.redis.restart();
    const restartedAt = Date.now();
    await subscriber.saysOf('feed', true);
    await setTimeout(300);
    recoverySeconds = Math.max(recoverySeconds, await stack.recovery(restartedAt));
  }
  // What a dying Redis had answered for may still lie in its own output buffers.
  const covers = (n: number): boolean => {
    const at = stack.publisher.fates[n - 1]?.at ?? 0;
    return !cuts.some((cut) => at > cut - 100 && at < cut + 1000);
  };
  const unknown = stack.publisher.count('unknown');
  return [
    await stack.finish({
      fault: 'Redis restarted (SIGTERM and SIGKILL in turn)',
      times,
      recoverySeconds,
      notes: unknown > 0 ? [`of ${unknown} ticks Redis died before it could say whether it took them`] : [],
      covers: feed === 'pubsub' ? covers : undefined,
    }),
  ];
}
