import { type DecimalText, type EpochMicros, type LaneCounts, parseTime, type SequencedTick } from '@tickwatch/core';
import type { AlertChannel, LivePublisher } from '@tickwatch/live';

export interface LiveFixture extends AsyncDisposable {
  readonly publisher: LivePublisher;
  /** Of the same server. */
  readonly alerts: AlertChannel;
  readonly websocketUrl: string;
}

export interface LiveContract {
  /** Starts a server as it is shipped, with the channels NASDAQ and NYSE of so many lanes and these pages allowed. */
  start(settings: LiveSettings): Promise<LiveFixture>;
}

export interface LiveSettings {
  readonly allowedOrigins: readonly string[];
  readonly lanes: LaneCounts;
  readonly boardBytesPerSecond: number;
}

export const BOARD_BYTES_PER_SECOND = 60_000;

export const ALLOWED_ORIGIN = 'https://tickwatch.example';

let nextSeq = 0;

/** Ticks with consecutive numbers, so that order and loss show. */
export function makeTicks(exchange: string, count: number, price = '220.40'): SequencedTick[] {
  return Array.from({ length: count }, () => ({
    ...{ stock: 'AAPL', exchange, price: price as DecimalText, seq: ++nextSeq },
    time: parseTime('2026-11-22T10:00:00.123456Z') as EpochMicros,
  }));
}
