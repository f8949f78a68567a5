import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DecimalText, EpochMicros, SequencedTick } from '@tickwatch/core';
import { type FileTail, fileHoles, NO_TAIL, type RejectedLines } from '../src/index.ts';
import { joinLines } from '../src/write/rejected-lines.ts';
import { seededRandom } from './store-test-kit.ts';

const EXCHANGES = ['NASDAQ', 'NYSE'];

/** A line of a file: a tick, or what is none. */
interface FileLine {
  readonly tick: SequencedTick | undefined;
  readonly exchange: string | undefined;
  readonly stock: string | undefined;
  readonly row: number;
}

describe('holes of a file', () => {
  const random = seededRandom(14);
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;

  function makeFile(): readonly FileLine[] {
    const spoiled = random() * random();
    let seq = 0;
    return Array.from({ length: 1 + Math.floor(random() * 60) }, (_, i) => {
      const stock = pick(['A', 'B', 'C']);
      const exchange = pick(EXCHANGES);
      const line = { row: i + 1, exchange, stock };
      if (random() < spoiled) {
        return { ...line, tick: undefined, ...(random() < 0.3 ? { exchange: undefined, stock: undefined } : {}) };
      }
      const time = (1_000_000 + Math.floor(i / 3) * 10) as EpochMicros;
      return { ...line, tick: { stock, exchange, time, price: '1' as DecimalText, seq: ++seq } };
    });
  }

  /** What a portion of a file hands over. */
  function portionOf(lines: readonly FileLine[]): {
    readonly ticks: readonly SequencedTick[];
    readonly rejected: readonly RejectedLines[];
  } {
    const ticks = lines.flatMap(({ tick }) => tick ?? []);
    const rejected: RejectedLines[] = [];
    let behindTicks = 0;
    let run: RejectedLines[] = [];
    const end = (): void => {
      rejected.push(...joinLines(run));
      run = [];
    };
    for (const { tick, exchange, stock, row } of lines) {
      if (tick === undefined) {
        const stocks = stock === undefined ? undefined : [stock];
        run.push({ behindTicks, count: 1, firstRow: row, lastRow: row, exchange, stocks });
      } else {
        end();
        behindTicks++;
      }
    }
    end();
    return { ticks, rejected };
  }

  /** As the database would have them at the end. */
  function holesIn(portions: readonly (readonly FileLine[])[]): readonly string[] {
    let tail: FileTail = NO_TAIL;
    let holes: readonly { readonly to_seq: number | null }[] = [];
    for (const lines of portions) {
      const { ticks, rejected } = portionOf(lines);
      // What is kept of the tail has been JSON.
      const found = fileHoles(ticks, rejected, JSON.parse(JSON.stringify(tail)) as FileTail);
      holes = [...(tail.open.length > 0 ? holes.filter(({ to_seq }) => to_seq !== null) : holes), ...found.holes];
      tail = found.tail;
    }
    return holes.map((hole) => JSON.stringify(hole)).sort();
  }

  it('are the same however it is cut into portions', () => {
    for (let turn = 0; turn < 500; turn++) {
      const lines = makeFile();
      const portions: (readonly FileLine[])[] = [];
      for (let i = 0; i < lines.length; ) {
        const size = 1 + Math.floor(random() * 8);
        portions.push(lines.slice(i, i + size));
        i += size;
      }
      // Exchanges that only come later are not known of at once.
      const known = lines.map((line) => (line.exchange === undefined ? { ...line, exchange: 'NYSE' } : line));
      const inPortions = portions.map((one) => one.map(({ row }) => known[row - 1] as FileLine));
      assert.deepEqual(holesIn(inPortions), holesIn([known]), JSON.stringify(lines));
    }
  });

  it('hold every line that was rejected between its ticks, and count each once', () => {
    for (let turn = 0; turn < 500; turn++) {
      const lines = makeFile();
      const { ticks, rejected } = portionOf(lines);
      const { holes } = fileHoles(ticks, rejected, NO_TAIL);
      for (const [i, { tick, exchange, stock }] of lines.entries()) {
        if (tick !== undefined || ticks.length === 0) continue;
        const before = lines.slice(0, i).findLast((line) => line.tick !== undefined)?.tick;
        const behind = lines.slice(i).find((line) => line.tick !== undefined)?.tick;
        const of = holes.filter(
          (hole) => hole.from_seq === (before?.seq ?? null) && hole.to_seq === (behind?.seq ?? null),
        );
        const wanted = exchange === undefined ? new Set(ticks.map((one) => one.exchange)) : [exchange];
        for (const one of wanted) {
          const hole = of.find(
            (found) => found.exchange === one && (stock === undefined || found.stocks?.includes(stock) !== false),
          );
          assert.ok(hole !== undefined, `row ${i + 1} of ${JSON.stringify(lines)}`);
        }
      }
      const named = lines.filter((line) => line.tick === undefined && line.exchange !== undefined).length;
      const counted = holes
        .filter(({ detail }) => !detail.includes('exchange'))
        .reduce((sum, { messages }) => sum + messages, 0);
      if (ticks.length > 0) assert.equal(counted, named);
    }
  });

  it('that are merged, because there are very many, reach over all that they are of', () => {
    const tick = (time: number, seq: number): SequencedTick => ({
      stock: 'A',
      exchange: 'NYSE',
      price: '1' as DecimalText,
      time: time as EpochMicros,
      seq,
    });
    // Backwards and forwards: the first and the last tick of a merged run are not its bounds.
    const ticks = Array.from({ length: 5001 }, (_, i) => tick(1_000_000 + ((i * 37) % 5001), i + 1));
    const rejected = Array.from({ length: 4999 }, (_, i): RejectedLines => {
      return { behindTicks: i + 1, count: 1, firstRow: i, lastRow: i, exchange: 'NYSE', stocks: ['A'] };
    });
    const { holes } = fileHoles(ticks, rejected, NO_TAIL);
    assert.equal(holes.length, 1000);
    assert.equal(
      holes.reduce((sum, { messages }) => sum + messages, 0),
      4999,
    );
    for (const { from, to, from_seq, to_seq } of holes) {
      const within = ticks.filter(({ seq }) => seq >= (from_seq ?? 0) && seq <= (to_seq ?? 0)).map(({ time }) => time);
      const micros = (text: string): number => Date.parse(text) * 1000 + Number(text.slice(-4, -1));
      assert.deepEqual([micros(from), micros(to)], [Math.min(...within), Math.max(...within)]);
    }
  });
});
