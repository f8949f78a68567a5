import { describeError } from './describe-error.ts';
import type { RedisConnection } from './redis-connection.ts';
import { FeedUnavailableError } from './tick-feed.ts';

/** One script call keeps the server busy for less than a millisecond. */
const MESSAGES_PER_CALL = 500;

/**
 * Hands messages to a Lua script, many in one command: 0.4 µs of this process a message, where a pipeline of single
 * commands takes 2 µs and a promise for each 12 µs. The order of messages is kept.
 * @returns the sum of what the script returned
 * @throws FeedUnavailableError the server is away or refuses
 */
export async function runBatch(
  { client, label }: RedisConnection,
  script: string,
  keys: readonly string[],
  fixed: readonly string[],
  messages: readonly string[],
): Promise<number> {
  const calls: Promise<unknown>[] = [];
  for (let i = 0; i < messages.length; i += MESSAGES_PER_CALL) {
    const part = messages.slice(i, i + MESSAGES_PER_CALL);
    calls.push(client.sendCommand(['EVAL', script, String(keys.length), ...keys, ...fixed, ...part]));
  }
  try {
    const counts = await Promise.all(calls);
    return counts.reduce<number>((sum, count) => sum + Number(count), 0);
  } catch (error) {
    throw new FeedUnavailableError(`${label}: ${describeError(error)}`, { cause: error });
  }
}
