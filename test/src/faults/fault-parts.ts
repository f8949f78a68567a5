import { rm } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import type { DoublePlay } from './double-play.ts';
import { untilCopying } from './mid-copy.ts';
import { fillDisk } from './small-disk.ts';

/** A fault that begins and ends, so that another can begin and end in between. */
export interface FaultPart {
  readonly name: string;
  /** Streams need no disk of the subscriber's. */
  readonly needsSpool?: boolean;
  begin(play: DoublePlay): Promise<void>;
  end(play: DoublePlay): Promise<void>;
}

const OUTAGE_MS = 1500;

/** The spool has 64 KiB, and the table is locked, so that it fills. */
const spoolFull: FaultPart = {
  name: 'spool-full',
  needsSpool: true,
  begin: (play) => play.spoilLog(() => play.lockTable()),
  end: (play) => play.unlockTable(),
};

/** Something else takes the last byte of the spool's disk. */
const diskFull: FaultPart = {
  name: 'disk-full',
  needsSpool: true,
  begin: (play) => play.spoilLog(() => fillDisk(play.filler)),
  end: (play) => rm(play.filler, { force: true }),
};

/** The subscriber is stopped, and started while PostgreSQL is away. */
const awayAtStart: FaultPart = {
  name: 'postgres-away-at-start',
  begin: async (play) => {
    await play.stopPostgres();
    await play.terminate();
    play.launch();
    await play.subscriber.listens();
  },
  end: (play) => play.restartPostgres(),
};

/** PostgreSQL comes back from an outage, and dies in the middle of the first COPY. */
const diesInCatchUp: FaultPart = {
  name: 'postgres-dies-mid-catch-up',
  begin: async (play) => {
    await play.stopPostgres();
    await setTimeout(OUTAGE_MS);
    await play.restartPostgres();
    await untilCopying(play.stack);
    await play.killPostgres();
  },
  end: (play) => play.restartPostgres(),
};

const paused: FaultPart = {
  name: 'sigstop',
  begin: async (play) => play.pause(),
  end: async (play) => play.resume(),
};

const killed: FaultPart = {
  name: 'kill-9',
  begin: (play) => play.kill(),
  end: async (play) => void play.launch(),
};

const redisRestarted: FaultPart = {
  name: 'redis-restart',
  begin: (play) => play.stopRedis(),
  end: (play) => play.stack.redis.restart(),
};

/** Each can begin while one that stands before it lasts. */
export const FAULT_PARTS: readonly FaultPart[] = [
  spoolFull,
  diskFull,
  awayAtStart,
  diesInCatchUp,
  paused,
  killed,
  redisRestarted,
];
