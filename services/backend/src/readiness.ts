import { formatMicros, nowMicros } from '@tickwatch/core';
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
  const [database, replica, damage] = await Promise.all([
    databaseState(reader),
    replicaState(reader),
    damageState(reader),
  ]);
  return { database, ...replica, ...damage, tail: { ok: true, detail: tail } };
}

/**
 * How far behind a replica may be. What the tail can't bridge, answers over ticks say themselves; what has no tail (rules,
 * firings, rejected messages) is as old as this. It stays ready: nobody else has an answer.
 */
async function replicaState(reader: TickReader): Promise<Readiness> {
  const until = await reader.replicatedUntil().catch(() => undefined);
  if (until === undefined) return {};
  if (until === null) return { replica: { ok: true, detail: 'has what it was copied with' } };
  const seconds = Math.max(0, (nowMicros() - until) / 1_000_000).toFixed(1);
  const detail = `has all that was committed up to ${formatMicros(until)}, ${seconds} s ago`;
  return { replica: { ok: true, detail } };
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
