import { exchangeOf, type LaneName, laneIndex } from '@tickwatch/core';
import type pg from 'pg';
import { DELETE_LANES, LIST_LANES, TRY_LOCK_LANE_HERE } from '../statements/lane-statements.ts';
import { isAnswer } from '../store-errors.ts';

/** A lane as its operator sees it. */
export interface LaneStatus {
  readonly lane: LaneName;
  /** Who holds its lease now, silent or not. */
  readonly leader: string | undefined;
  /** Members that are there and would lead it. */
  readonly wantedBy: readonly string[];
  /** `undefined`: nothing is committed yet. */
  readonly position: string | undefined;
  readonly seq: number;
  /** Ticks and rejections since its first. */
  readonly stored: number;
  readonly rejected: number;
  /** Since the last committed message was received. */
  readonly ageSeconds: number | undefined;
}

/** A lane can't be retired; the message says what would be right. */
export class RetireError extends Error {
  readonly code = 'NOT_RETIRED';
  override readonly name = 'RetireError';
  /** There is no such lane; or somebody leads it, or would. */
  readonly why: 'unknown' | 'led';

  constructor(why: 'unknown' | 'led', message: string) {
    super(message);
    this.why = why;
  }
}

interface StatusRow {
  readonly lane: LaneName;
  readonly leader: string | null;
  readonly wanted_by: readonly string[];
  readonly position: string | null;
  readonly seq: string;
  readonly stored: string;
  readonly rejected: string;
  readonly age: number | null;
}

/** All lanes that have a row, by exchange and number. */
export async function listLanes(client: pg.ClientBase): Promise<readonly LaneStatus[]> {
  const { rows } = await client.query<StatusRow>(LIST_LANES);
  return rows.map(toStatus).sort((a, b) => compareNames(exchangeOf(a.lane), exchangeOf(b.lane)) || byIndex(a, b));
}

/**
 * Deletes the rows of a lane, or of all lanes of an exchange; their ticks stay.
 * @returns what they were @throws RetireError there is no such lane, or one of them is led, or would be: then none goes
 */
export async function retireLanes(client: pg.ClientBase, name: string): Promise<readonly LaneStatus[]> {
  await client.query('BEGIN');
  try {
    const all = await listLanes(client);
    const lanes = all.filter(({ lane }) => lane === name || exchangeOf(lane) === name);
    if (lanes.length === 0) {
      const there = all.length === 0 ? 'no lane at all' : all.map(({ lane }) => lane).join(', ');
      throw new RetireError('unknown', `there is no lane and no exchange "${name}"; there is ${there}`);
    }
    for (const status of lanes) await lockOrRefuse(client, status);
    await client.query(DELETE_LANES, [lanes.map(({ lane }) => lane)]);
    await client.query('COMMIT');
    return lanes;
  } catch (error) {
    if (isAnswer(error) || error instanceof RetireError) await client.query('ROLLBACK');
    throw error;
  }
}

async function lockOrRefuse(client: pg.ClientBase, { lane, leader, wantedBy }: LaneStatus): Promise<void> {
  const { rows } = await client.query<{ locked: boolean }>(TRY_LOCK_LANE_HERE, [lane]);
  const isFree = rows[0]?.locked === true;
  if (isFree && wantedBy.length === 0) return;
  const who = isFree ? `${wantedBy.join(', ')} would lead ${lane}` : `${leader ?? 'another session'} leads ${lane}`;
  throw new RetireError('led', `${who}: stop it, or start it with EXCHANGES and LANES that leave the lane out`);
}

function toStatus(row: StatusRow): LaneStatus {
  return {
    lane: row.lane,
    leader: row.leader ?? undefined,
    wantedBy: row.wanted_by,
    position: row.position ?? undefined,
    seq: Number(row.seq),
    stored: Number(row.stored),
    rejected: Number(row.rejected),
    ageSeconds: row.age ?? undefined,
  };
}

function byIndex(a: LaneStatus, b: LaneStatus): number {
  return laneIndex(a.lane) - laneIndex(b.lane);
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
