import { setImmediate } from 'node:timers/promises';
import type { LaneName } from '@tickwatch/core';
import type { LogEntry, Place, ResumePoint, Spool } from '../durable-log.ts';
import { findResumePlace, type PlacedMessage } from '../resume-place.ts';
import type { LaneMarks } from './lane-marks.ts';

export function isPosition(text: string): boolean {
  return /^\d{1,16}$/.test(text);
}

/** How far from the point's time its last messages are looked for, µs: clocks differ little, and where they do, everywhere. */
const REACHES = [2_000_000, 60_000_000, Number.POSITIVE_INFINITY];
/** Others get their turn this often, ms. */
const TURN_MS = 10;

/** Where a committed position lies in a spool. @param unwritten what follows the spool's end */
export async function placeInSpool(
  spool: Spool,
  marks: Pick<LaneMarks, 'entries'>,
  point: ResumePoint | undefined,
  lane: LaneName,
  unwritten: readonly LogEntry[],
): Promise<Place> {
  if (point === undefined || point.receivedAt === 0) return { after: spool.start, by: 'start' };
  if (point.logId === spool.id(lane) && isPosition(point.position)) return { after: point.position, by: 'own' };
  for (const reach of REACHES) {
    const from = beforeTime(marks, lane, point.receivedAt - reach);
    const near = entries(spool, lane, { from, until: point.receivedAt + reach }, unwritten);
    const { after, by, isSure } = await findResumePlace(point, near);
    if (isSure || reach === Number.POSITIVE_INFINITY) return { after: after ?? spool.start, by };
  }
  return { after: spool.start, by: 'start' };
}

/** The place before the first entry whose last message was not received before a time, µs. Reads keys only. */
function beforeTime(marks: Pick<LaneMarks, 'entries'>, lane: LaneName, time: number): string {
  let before = 0;
  for (const { last, receivedAt } of marks.entries(lane, 0)) {
    if (receivedAt >= time) break;
    before = last;
  }
  return String(before);
}

async function* entries(
  spool: Spool,
  lane: LaneName,
  { from, until }: { readonly from: string; readonly until: number },
  unwritten: readonly LogEntry[],
): AsyncIterable<readonly PlacedMessage[]> {
  const isBehind = ({ messages }: LogEntry): boolean => (messages[0]?.receivedAt ?? 0) > until;
  let after = from;
  let turn = performance.now() + TURN_MS;
  for (;;) {
    const entry = await spool.read(lane, after, Number.MAX_SAFE_INTEGER);
    if (entry === undefined) break;
    if (isBehind(entry)) return;
    yield placed(entry);
    after = entry.position;
    if (performance.now() < turn) continue;
    await setImmediate();
    turn = performance.now() + TURN_MS;
  }
  for (const entry of unwritten) if (!isBehind(entry)) yield placed(entry);
}

function placed({ messages, position }: LogEntry): readonly PlacedMessage[] {
  const before = Number(position) - messages.length;
  return messages.map((message, i) => ({ position: String(before + i + 1), message }));
}
