import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DecimalText, EpochMicros } from '@tickwatch/core';
import fc from 'fast-check';
import { blockChecksum } from '../src/sealed/block-checksum.ts';
import {
  BLOCK_TICKS,
  columnsOf,
  DamagedBlockError,
  decodeBlock,
  type EncodeOptions,
  encodeBlocks,
  priceText,
  type SealedBlock,
  type TickColumns,
} from '../src/sealed/index.ts';
import { PLAIN_BLOCK, PLAIN_TICKS } from './fixtures/plain-block.ts';
import { keptTicks, makeTicks, type PlainTick, plain, randomRanks, randomTicks } from './fixtures/random-ticks.ts';

const KEY = { stock: 'AAPL', exchange: 'NASDAQ' };
const MIDNIGHT = Date.UTC(2026, 4, 11) * 1000;
/** Imports of a thousand ticks each, and what was heard live between them. */
const originOf = (seq: number) => (Math.floor(seq / 1000) % 2 === 0 ? Math.floor(seq / 1000) * 1000 : undefined);

describe('sealed blocks', () => {
  it('give back every tick digit for digit, µs for µs and in order', () => {
    fc.assert(
      fc.property(randomTicks, fc.boolean(), (ticks, isImported) => {
        const options = isImported ? { originOf } : {};
        assert.deepEqual(
          thereAndBack(ticks, options),
          keptTicks(ticks, (seq) => options.originOf?.(seq) ?? 0),
        );
      }),
      { numRuns: 400 },
    );
  });

  it('give back the ranks that ticks have among those of other stocks, and all else as without them', () => {
    fc.assert(
      fc.property(randomTicks, randomRanks, (ticks, rankOf) => {
        const columns = columnsOf(ticks);
        const ranks = Float64Array.from(ticks, (_, i) => rankOf(i));
        const blocks = encodeBlocks(KEY, { ...columns, ranks });
        const read = blocks.map((block) => decodeBlock(block));
        assert.deepEqual(
          read.flatMap(({ count, ranks }) => [...(ranks ?? new Float64Array(count))]),
          [...ranks],
        );
        const plainBlocks = encodeBlocks(KEY, columns);
        for (const [i, { version, ranks: codes, ...block }] of blocks.entries()) {
          const { ranks: _, ...rest } = read[i] as TickColumns;
          const plainBlock = plainBlocks[i] as SealedBlock;
          assert.deepEqual({ ...rest, ranks: undefined }, decodeBlock(plainBlock));
          assert.equal(version, codes === null ? 1 : 2);
          if (codes === null) assert.deepEqual({ version, ranks: codes, ...block }, plainBlock);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('give back the ranks of the first ticks where the last are not asked for', () => {
    const ticks = rows(3000, (i) => i * 1000);
    const ranks = Float64Array.from(ticks, (_, i) => (i % 7 === 3 ? (i % 50) + 1 : 0));
    const [block] = encodeBlocks(KEY, { ...columnsOf(ticks), ranks });
    assert.ok(block);
    const read = decodeBlock(block, MIDNIGHT + 500_000);
    assert.ok(read.count >= 500 && read.count < 3000);
    assert.deepEqual(read.ranks, ranks.slice(0, read.count));
  });

  it('are read where they were written before there were ranks, and written like that where there are none', () => {
    const { count, times, seqs, prices, ranks } = decodeBlock(PLAIN_BLOCK);
    const lines = Array.from({ length: count }, (_, i) => `${times[i]} ${seqs[i]} ${priceText(prices, i)}`);
    assert.deepEqual(lines, PLAIN_TICKS);
    assert.equal(ranks, undefined);
    const ticks = columnsOf(
      PLAIN_TICKS.map((line) => {
        const [time, seq, price] = line.split(' ');
        return { time: Number(time) as EpochMicros, seq: Number(seq), price: price as DecimalText };
      }),
    );
    const originOf = (seq: number) => seq;
    for (const ranks of [undefined, new Float64Array(count)])
      assert.deepEqual(encodeBlocks(KEY, { ...ticks, ranks }, { originOf }), [PLAIN_BLOCK]);
  });

  it('take four bits a tick where every tick is one of many of its time stamp, next to nothing where few are', () => {
    const ticks = columnsOf(rows(4096, (i) => i * 1000));
    const bytesOf = (ranks?: Float64Array) => encodeBlocks(KEY, { ...ticks, ranks })[0]?.payload.length ?? 0;
    const dense = bytesOf(Float64Array.from(ticks.times, (_, i) => 1 + ((i * 7919) % 16)));
    assert.ok(dense - bytesOf() <= 4096 / 2, `${dense - bytesOf()} bytes`);
    const sparse = bytesOf(Float64Array.from(ticks.times, (_, i) => (i % 1000 === 17 ? 1 + (i % 2) : 0)));
    assert.ok(sparse - bytesOf() < 16, `${sparse - bytesOf()} bytes`);
  });

  const odd: Readonly<Record<string, readonly PlainTick[]>> = {
    '10,000 ticks of one time stamp': rows(10_000, () => 0),
    'a time stamp that alone is one more than a block': rows(BLOCK_TICKS + 1, () => 0),
    'a time stamp of more than a block behind others': rows(9000, (i) => (i < 10 ? i : 10)),
    'a time stamp across what would be the end of a block': rows(5000, (i) => (i >= 4000 && i < 4200 ? 4000 : i)),
    'ticks a µs apart': rows(5000, (i) => i),
    'the two ends of a day': rows(2, (i) => i * (86_400_000_000 - 1)),
    'a gap of hours among µs': rows(4000, (i) => (i < 2000 ? i : i + 80_000_000_000)),
    'one jump of a price from 1 to 10^15': rows(
      3000,
      (i) => i,
      (i) => (i === 1500 ? '1000000000000000' : '1'),
    ),
    'times and seqs before 1970 and of 0': [
      { time: -5 as EpochMicros, seq: 0, price: '1' as DecimalText },
      { time: -5 as EpochMicros, seq: 0, price: '2.0' as DecimalText },
    ],
  };
  for (const [name, ticks] of Object.entries(odd)) {
    it(`hold ${name}`, () => assert.deepEqual(thereAndBack(ticks), keptTicks(ticks)));
  }

  it('are cut between time stamps, so that who shares one is known from the block alone', () => {
    const ticks = rows(5000, (i) => (i >= 4000 && i < 4200 ? 4000 : i));
    const blocks = encodeBlocks(KEY, columnsOf(ticks));
    assert.deepEqual(
      blocks.map((block) => [block.place, block.count, block.firstTime - MIDNIGHT, block.lastTime - MIDNIGHT]),
      [
        [1, 4000, 0, 3999],
        [2, 1000, 4000, 4999],
      ],
    );
  });

  it('take three bytes a tick of noise in 17 bits of time and 7 of price', () => {
    const ticks = makeTicks({
      seed: 7,
      count: 8192,
      ties: 0,
      gap: (random) => 1_000_000 + Math.floor(random * 2 ** 17),
      price: walk(128, -64),
    });
    const bytes = encodeBlocks(KEY, columnsOf(ticks)).reduce((sum, block) => sum + block.payload.length, 0);
    assert.ok(bytes / ticks.length < 3.01, `${bytes / ticks.length} bytes a tick`);
  });

  it('name themselves when any of their fields is not what was written', () => {
    const block = oneBlock();
    for (const damaged of damages(block)) {
      assert.throws(
        () => decodeBlock(damaged),
        (error) =>
          error instanceof DamagedBlockError && error.code === 'BLOCK_DAMAGED' && error.stock === damaged.stock,
      );
    }
    const payload = Buffer.from(block.payload);
    payload[40] = (payload[40] as number) ^ 1;
    assert.throws(() => decodeBlock({ ...block, payload }), {
      message:
        'block 1 of AAPL on NASDAQ, 2026-05-11, is unreadable: its bytes do not match its checksum; its 500 ticks are missing',
    });
  });

  it('say that a newer Tickwatch wrote them', () => {
    const newer = { ...oneBlock(), version: 3 };
    assert.throws(() => decodeBlock({ ...newer, checksum: blockChecksum(newer) }), /a newer Tickwatch wrote it/);
  });

  it('never run away on a payload that does not fit its codes, even if its checksum does', () => {
    const block = oneBlock();
    for (const damaged of damages(block)) {
      const sealed = { ...damaged, checksum: blockChecksum(damaged) };
      try {
        assert.equal(decodeBlock(sealed).count, damaged.count);
      } catch (error) {
        assert.ok(error instanceof DamagedBlockError, String(error));
      }
    }
  });

  it('refuse ticks that they could not give back', () => {
    const columns = columnsOf(rows(3, (i) => i));
    const refuse = (part: object, message: RegExp) =>
      assert.throws(() => encodeBlocks(KEY, { ...columns, ...part }), { name: 'RangeError', message });
    refuse({ times: Float64Array.of(2, 1, 3) }, /AAPL on NASDAQ: tick 1 at 1 µs lies behind the one at 2 µs/);
    refuse({ times: Float64Array.of(1, 1.5, 3) }, /the time 1.5, which is no µs/);
    refuse({ seqs: Float64Array.of(1, -1, 3) }, /the seq -1; it has to be an integer from 0 to 2\^52/);
    refuse({ ranks: Float64Array.of(0, -1, 0) }, /their ranks are not 3 integers from 0 to 2\^31/);
    refuse({ seqs: Float64Array.of(1, 2) }, /2 seqs and 3 prices for 3 ticks/);
  });
});

function rows(count: number, at: (i: number) => number, price = (i: number) => plain(22_000 + (i % 50), 2)) {
  return Array.from(
    { length: count },
    (_, i): PlainTick => ({
      time: (MIDNIGHT + at(i)) as EpochMicros,
      seq: 1_778_457_600_000_000 + i * 3,
      price: price(i) as DecimalText,
    }),
  );
}

function walk(width: number, least: number) {
  let mantissa = 1_000_000;
  return (random: () => number) => {
    mantissa += Math.floor(random() * width) + least;
    return plain(mantissa, 2);
  };
}

function thereAndBack(ticks: readonly PlainTick[], options?: EncodeOptions): PlainTick[] {
  const blocks = encodeBlocks(KEY, columnsOf(ticks), options);
  return blocks.flatMap((block, i) => {
    const { count, times, seqs, prices } = decodeBlock(block);
    assert.ok(count <= BLOCK_TICKS && block.count === count && block.place === i + 1);
    assert.deepEqual([block.firstTime, block.lastTime], [times[0], times[count - 1]]);
    return Array.from({ length: count }, (_, j) => ({
      time: times[j] as EpochMicros,
      seq: seqs[j] as number,
      price: priceText(prices, j) as DecimalText,
    }));
  });
}

/** Of 500 ticks, with something in each column. */
function oneBlock(): SealedBlock {
  const ticks = rows(
    500,
    (i) => (i % 10 === 0 ? i : i * 1000),
    (i) => plain(22_000 + (i % 50), i % 3),
  ).sort((a, b) => a.time - b.time);
  const tied = ticks.map((tick, i) => (i % 50 === 1 ? { ...tick, time: (ticks[i - 1] as PlainTick).time } : tick));
  const ranks = Float64Array.from(tied, (_, i) => (i % 9 === 4 ? 1 + (i % 5) : 0));
  const [block] = encodeBlocks(KEY, { ...columnsOf(tied), ranks }, { originOf });
  assert.ok(block?.times && block.prices && block.scales && block.ties && block.origins && block.ranks);
  return block;
}

/** The block with one field at a time changed, and with some bits of its bytes. */
function damages(block: SealedBlock): SealedBlock[] {
  const bitFlips = ['payload', 'checksum'] as const;
  const numbers = ['firstTime', 'lastTime', 'place', 'count', 'scale', 'firstPrice'] as const;
  const arrays = ['times', 'prices', 'scales', 'ties', 'origins', 'ranks'] as const;
  return [
    { ...block, stock: 'AAPM' },
    { ...block, exchange: 'NASDAR' },
    { ...block, version: 0 },
    { ...block, scaleKind: 1 },
    { ...block, numbers: ['1.5'] },
    ...numbers.map((name) => ({ ...block, [name]: block[name] + 1 })),
    ...arrays.map((name) => ({ ...block, [name]: null })),
    ...arrays.flatMap((name) =>
      (block[name] ?? []).map((_, i) => ({
        ...block,
        [name]: block[name]?.map((item, j) => (i === j ? item + 1 : item)),
      })),
    ),
    ...bitFlips.flatMap((name) =>
      Array.from({ length: 60 }, (_, k) => {
        const bytes = Buffer.from(block[name]);
        const bit = (k * 7919) % (bytes.length * 8);
        bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
        return { ...block, [name]: bytes };
      }),
    ),
    { ...block, payload: block.payload.subarray(1) },
    { ...block, payload: Buffer.alloc(block.payload.length) },
    { ...block, payload: Buffer.alloc(0) },
  ];
}
