import { setImmediate } from 'node:timers/promises';
import type { LaneName } from '@tickwatch/core';
import type { LogEntry, Place, ResumePoint, Spool } from '../durable-log.ts';
import { findResumePlace, type PlacedMessage } from '../resume-place.ts';
import type { Block } from './block.ts';

export function isPosition(text: string): boolean {
  return /^\d{1,16}$/.test(text);
}

type TimedBlock = Pick<Block, 'last' | 'receivedAt'>;

/** How far from the point's time its last messages are looked for, µs: clocks differ little, and where they do, everywhere. */
const REACHES = [2_000_000, 60_000_000, Number.POSITIVE_INFINITY];
/** Others get their turn this often, ms. */
const TURN_MS = 10;

/** Where a committed position lies in a spool. @param unwritten what follows the spool's end */
export async function placeInSpool(
  spool: Spool,
  blocks: readonly TimedBlock[],
  point: ResumePoint | undefined,
  lane: LaneName,
  unwritten: readonly LogEntry[],
): Promise<Place> {
  if (point === undefined || point.receivedAt === 0) return { after: spool.start, by: 'start' };
  if (point.logId === spool.id(lane) && isPosition(point.position)) return { after: point.position, by: 'own' };
  for (const reach of REACHES) {
    const from = beforeTime(blocks, point.receivedAt - reach);
    const near = entries(spool, lane, { from, until: point.receivedAt + reach }, unwritten);
    const { after, by, isSure } = await findResumePlace(point, near);
    if (isSure || reach === Number.POSITIVE_INFINITY) return { after: after ?? spool.start, by };
  }
  return { after: spool.start, by: 'start' };
}

/** The place before the first block whose last message was not received before a time, µs. */
function beforeTime(blocks: readonly TimedBlock[], time: number): string {
  const index = blocks.findIndex(({ receivedAt }) => receivedAt >= time);
  return String((index < 0 ? blocks.at(-1) : blocks[index - 1])?.last ?? 0);
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
