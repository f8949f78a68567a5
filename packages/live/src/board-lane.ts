import {
  boardChannel,
  boardRowBytes,
  type EpochMicros,
  encodeBoardMessage,
  exchangeOf,
  type LaneName,
  type SequencedTick,
} from '@tickwatch/core';
import type { Envelope } from './live-sender.ts';

/** A stock's newest tick, and whether the board has still to be told of it. */
interface BoardStock {
  newest: SequencedTick;
  isUntold: boolean;
}

/** A message of one lane, with what it takes to take it back. */
export interface BoardPublication extends Envelope {
  readonly lane: LaneName;
  /** Ticks that it counts. */
  readonly ticks: number;
  readonly stocks: readonly BoardStock[];
  /** What each of its viewers gets. */
  readonly wireBytes: number;
}

/** What a WebSocket frame has around the data, without the channel's name: the push, its offset and the frame's head. */
const FRAME_BYTES = 70;
/** Digits of a time in µs, of which a message without rows has one. */
const TIME_DIGITS = 16;

/** The newest tick of each stock of a lane, and which of them the board has still to be told of. */
export class BoardLane {
  readonly lane: LaneName;
  readonly #channels: readonly [string];
  /** In the order in which they were last told, or first seen. */
  readonly #stocks = new Map<string, BoardStock>();
  #untold = 0;
  #ticks = 0;
  #seq = 0;

  constructor(lane: LaneName) {
    this.lane = lane;
    this.#channels = [boardChannel(exchangeOf(lane))];
  }

  /** How many stocks it knows. */
  get size(): number {
    return this.#stocks.size;
  }

  /** Whether there is something to tell. */
  get isWaiting(): boolean {
    return this.#ticks > 0 || this.#untold > 0;
  }

  add(ticks: readonly SequencedTick[]): void {
    this.#ticks += ticks.length;
    for (const tick of ticks) {
      if (tick.seq > this.#seq) this.#seq = tick.seq;
      const known = this.#stocks.get(tick.stock);
      if (known === undefined) {
        this.#stocks.set(tick.stock, { newest: tick, isUntold: true });
        this.#untold++;
      } else if (tick.time >= known.newest.time) {
        known.newest = tick;
        this.#mark(known);
      }
    }
  }

  /** The next message: those untold that were last told longest ago, as many as fit, one at least. */
  take(maxBytes: number): BoardPublication {
    const head = { lane: this.lane, seq: this.#seq, ticks: this.#ticks };
    const around = frameBytes(this.#channels[0]);
    const stocks = this.#longestUntold(maxBytes - around - encodeBoardMessage(head, []).length - TIME_DIGITS);
    for (const stock of stocks) {
      // Deleting first keeps the map in the order in which they were told.
      this.#stocks.delete(stock.newest.stock);
      this.#stocks.set(stock.newest.stock, stock);
      stock.isUntold = false;
    }
    this.#untold -= stocks.length;
    this.#ticks = 0;
    const data = encodeBoardMessage(
      head,
      stocks.map(({ newest }) => newest),
    );
    const wireBytes = around + Buffer.byteLength(data);
    return { channels: this.#channels, lane: this.lane, ticks: head.ticks, stocks, data, wireBytes };
  }

  /** A message was not sent: its stocks are told again, with what is newest then. */
  putBack({ ticks, stocks }: BoardPublication): void {
    this.#ticks += ticks;
    for (const stock of stocks) if (this.#stocks.get(stock.newest.stock) === stock) this.#mark(stock);
  }

  /** Forgets the stock that was told longest ago. @returns whether it had something untold */
  forgetOne(): boolean {
    for (const [name, { isUntold }] of this.#stocks) {
      this.#stocks.delete(name);
      if (isUntold) this.#untold--;
      return isUntold;
    }
    return false;
  }

  #mark(stock: BoardStock): void {
    if (stock.isUntold) return;
    stock.isUntold = true;
    this.#untold++;
  }

  #longestUntold(maxBytes: number): BoardStock[] {
    const taken: BoardStock[] = [];
    if (this.#untold === 0) return taken;
    let bytes = 0;
    let from: EpochMicros | undefined;
    for (const stock of this.#stocks.values()) {
      if (!stock.isUntold) continue;
      from ??= stock.newest.time;
      bytes += boardRowBytes(stock.newest, from);
      if (bytes > maxBytes && taken.length > 0) break;
      taken.push(stock);
      if (taken.length === this.#untold) break;
    }
    return taken;
  }
}

function frameBytes(channel: string): number {
  return FRAME_BYTES + channel.length;
}
