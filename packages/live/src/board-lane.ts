import {
  BOARD_EXTRA_BYTES,
  boardChannel,
  boardRowBytes,
  type EpochMicros,
  encodeBoardMessage,
  exchangeOf,
  type LaneName,
  type SequencedTick,
  type ToldTicks,
} from '@tickwatch/core';
import { BoardStock } from './board-stock.ts';
import type { Envelope } from './live-sender.ts';

/** What a message tells of a stock. */
interface Told {
  readonly stock: BoardStock;
  readonly ticks: ToldTicks;
}

/** A message of one lane, with what it takes to take it back. */
export interface BoardPublication extends Envelope {
  readonly lane: LaneName;
  /** Ticks that it counts. */
  readonly ticks: number;
  readonly told: readonly Told[];
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
        this.#stocks.set(tick.stock, new BoardStock(tick));
        this.#untold++;
      } else {
        known.add(tick);
        this.#mark(known);
      }
    }
  }

  /** The next message: those untold that were last told longest ago, as many as fit, one at least. */
  take(maxBytes: number): BoardPublication {
    const head = { lane: this.lane, seq: this.#seq, ticks: this.#ticks };
    const around = frameBytes(this.#channels[0]);
    const others = around + encodeBoardMessage(head, []).length + TIME_DIGITS + BOARD_EXTRA_BYTES;
    const told = this.#longestUntold(maxBytes - others);
    for (const { stock } of told) {
      // Deleting first keeps the map in the order in which they were told.
      this.#stocks.delete(stock.name);
      this.#stocks.set(stock.name, stock);
      stock.clear();
    }
    this.#untold -= told.length;
    this.#ticks = 0;
    const data = encodeBoardMessage(
      head,
      told.map(({ ticks }) => ticks),
    );
    const wireBytes = around + Buffer.byteLength(data);
    return { channels: this.#channels, lane: this.lane, ticks: head.ticks, told, data, wireBytes };
  }

  /** A message was not sent: its stocks are told again, with what is newest then. */
  putBack({ ticks, told }: BoardPublication): void {
    this.#ticks += ticks;
    for (const { stock, ticks: untold } of told) {
      if (this.#stocks.get(stock.name) !== stock) continue;
      stock.putBack(untold);
      this.#mark(stock);
    }
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

  #longestUntold(maxBytes: number): Told[] {
    const taken: Told[] = [];
    if (this.#untold === 0) return taken;
    let bytes = 0;
    let from: EpochMicros | undefined;
    for (const stock of this.#stocks.values()) {
      if (!stock.isUntold) continue;
      const ticks = stock.told;
      from ??= ticks.newest.time;
      bytes += boardRowBytes(ticks, from);
      if (bytes > maxBytes && taken.length > 0) break;
      taken.push({ stock, ticks });
      if (taken.length === this.#untold) break;
    }
    return taken;
  }
}

function frameBytes(channel: string): number {
  return FRAME_BYTES + channel.length;
}
