import { getJson, type Parameters } from '../api/http.ts';

/** One part's last answer, or why there is none. */
export interface Part<T> {
  readonly value: T | undefined;
  readonly failure: string | undefined;
}

/** Asks for one part; where it fails, what was known before stays. */
export async function part<T>(
  path: string,
  parameters: Parameters,
  signal: AbortSignal,
  before: Part<T>,
): Promise<Part<T>> {
  try {
    return { value: (await getJson<T>(path, parameters, signal, 'now')).body, failure: undefined };
  } catch (error) {
    return { value: before.value, failure: (error as Error).message };
  }
}
