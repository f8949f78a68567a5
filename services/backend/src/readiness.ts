import type { Readiness } from '@tickwatch/runtime';
import type { TickReader } from '@tickwatch/store';

/** What the backend's dependencies say. Without the tail, answers are only some seconds older: it stays ready. */
export async function backendReadiness(reader: TickReader): Promise<Readiness> {
  const { tailReachable } = reader.load();
  const tail =
    tailReachable === undefined
      ? 'not configured: answers reach to the last flush'
      : tailReachable
        ? 'reachable'
        : 'a subscriber does not answer: what it leads reaches to the last flush';
  return { database: await databaseState(reader), tail: { ok: true, detail: tail } };
}

async function databaseState(reader: TickReader): Promise<Readiness[string]> {
  try {
    return { ok: true, detail: `PostgreSQL ${await reader.ping()}` };
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : 'unreachable' };
  }
}
