import { setImmediate } from 'node:timers/promises';
import type { LaneName } from '@tickwatch/core';
import type { LogEntry, Place, ResumePoint, Spool } from '../durable-log.ts';
import { findResumePlace, type PlacedMessage } from '../resume-place.ts';

export function isPosition(text: string): boolean {
  return /^\d{1,16}$/.test(text);
}

/** Where a committed position lies in a spool. @param unwritten what follows the spool's end */
export async function placeInSpool(
  spool: Spool,
  point: ResumePoint | undefined,
  lane: LaneName,
  unwritten: readonly LogEntry[],
): Promise<Place> {
  if (point === undefined || point.receivedAt === 0) return { after: spool.start, by: 'start' };
  if (point.logId === spool.id(lane) && isPosition(point.position)) return { after: point.position, by: 'own' };
  const { after, by } = await findResumePlace(point, everything(spool, lane, unwritten));
  return { after: after ?? spool.start, by };
}

async function* everything(
  spool: Spool,
  lane: LaneName,
  unwritten: readonly LogEntry[],
): AsyncIterable<readonly PlacedMessage[]> {
  let after = spool.start;
  for (;;) {
    const entry = await spool.read(lane, after, Number.MAX_SAFE_INTEGER);
    if (entry === undefined) break;
    yield placed(entry);
    after = entry.position;
    await setImmediate();
  }
  yield* unwritten.map(placed);
}

function placed({ messages, position }: LogEntry): readonly PlacedMessage[] {
  const before = Number(position) - messages.length;
  return messages.map((message, i) => ({ position: String(before + i + 1), message }));
}
