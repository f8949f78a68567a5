import type { Readiness } from '@tickwatch/runtime';
import type { TickReader } from '@tickwatch/store';

/** More are not counted. */
const MOST_DAMAGED = 100;

/** What the backend's dependencies say. Without the tail, answers are only some seconds older: it stays ready. */
export async function backendReadiness(reader: TickReader): Promise<Readiness> {
  const { tailReachable } = reader.load();
  const tail =
    tailReachable === undefined
      ? 'not configured: answers reach to the last flush'
      : tailReachable
        ? 'reachable'
        : 'a subscriber does not answer: what it leads reaches to the last flush';
  const [database, damage] = await Promise.all([databaseState(reader), damageState(reader)]);
  return { database, ...damage, tail: { ok: true, detail: tail } };
}

/** Where there is none, it is not told of. All else is answered: it stays ready. */
async function damageState(reader: TickReader): Promise<Readiness> {
  const damaged = await reader.damagedBlocks(MOST_DAMAGED).catch(() => []);
  const [first] = damaged;
  if (first === undefined) return {};
  const more = damaged.length === MOST_DAMAGED ? `${MOST_DAMAGED - 1} or more` : `${damaged.length - 1}`;
  const others = damaged.length === 1 ? '' : `, and ${more} more; /api/gaps lists them`;
  return { sealed_blocks: { ok: true, detail: `damaged: ${first.detail}${others}` } };
}

async function databaseState(reader: TickReader): Promise<Readiness[string]> {
  try {
    return { ok: true, detail: `PostgreSQL ${await reader.ping()}` };
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : 'unreachable' };
  }
}
