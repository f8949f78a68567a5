import { ErrorReply } from '@redis/client';
import { describeError } from '../describe-error.ts';
import type { RedisConnection } from '../redis-connection.ts';
import { FeedUnavailableError } from '../tick-source.ts';

/** The server answered, and refused: a wrong type, a missing right. */
export function isRefusal(error: unknown): boolean {
  return error instanceof FeedUnavailableError && error.cause instanceof ErrorReply;
}

/** @throws FeedUnavailableError the server is away or refuses */
export async function runCommand({ client, label }: RedisConnection, ...command: readonly string[]): Promise<unknown> {
  try {
    return await client.sendCommand([...command]);
  } catch (error) {
    throw new FeedUnavailableError(`${label}: ${describeError(error)}`, { cause: error });
  }
}

/**
 * Runs commands that see the same moment.
 * @returns their answers; an `ErrorReply` in place of one that failed
 * @throws FeedUnavailableError the server is away or takes none of them
 */
export async function runTogether(
  connection: RedisConnection,
  commands: readonly (readonly string[])[],
): Promise<readonly unknown[]> {
  const answers = [['MULTI'], ...commands, ['EXEC']].map((command) => runCommand(connection, ...command));
  const settled = await Promise.allSettled(answers);
  // What is refused when it is queued says why; EXEC only says that something was.
  const refused = settled.find((answer) => answer.status === 'rejected');
  if (refused !== undefined) throw refused.reason;
  return (await answers.at(-1)) as readonly unknown[];
}

/** @throws FeedUnavailableError it is an error */
export function unwrap(connection: RedisConnection, answer: unknown): unknown {
  if (!(answer instanceof ErrorReply)) return answer;
  throw new FeedUnavailableError(`${connection.label}: ${describeError(answer)}`, { cause: answer });
}
