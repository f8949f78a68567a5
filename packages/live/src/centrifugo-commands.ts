import type { CentrifugoApi } from './centrifugo-api.ts';

/** The JSON text of one command of a batch. */
export type Command = `{${string}}`;

type Json = Readonly<Record<string, unknown>>;

/**
 * Sends commands in one batch.
 * @param what of the server's settings they need, for whoever reads a refusal
 * @returns the result of each
 * @throws Error the server is away, or refuses one of them
 */
export async function call(api: CentrifugoApi, commands: readonly Command[], what: string): Promise<readonly Json[]> {
  const replies = await api.batch(`{"commands":[${commands.join(',')}]}`);
  return commands.map((_, index) => {
    const reply = (replies[index] ?? {}) as Json;
    const [result] = Object.values(reply).filter(isObject);
    const error = isObject(reply.error) ? reply.error : result?.error;
    if (isObject(error)) {
      throw new Error(`Centrifugo at ${api.host} refused: ${error.code} ${error.message}. Check its ${what}`);
    }
    if (result === undefined) throw new Error(`Centrifugo at ${api.host} left an answer out`);
    return isObject(result.result) ? result.result : result;
  });
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}
