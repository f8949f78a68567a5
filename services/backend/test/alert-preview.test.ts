import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createLaneJudge, type JudgedRule } from '@tickwatch/alerts';
import type { AlertCondition, DecimalText, EpochMicros, SequencedTick } from '@tickwatch/core';
import { calendarsOf, formatMicros } from '@tickwatch/core';
import type { TickReader } from '@tickwatch/store';
import { PREVIEW_LIMITS } from '../src/alerts/preview/preview-budget.ts';
import { previewRule } from '../src/alerts/preview/preview-rule.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';
import { openReader } from './test-reader.ts';

const DAY = 86_400_000_000;
/** 2026-11-02T00:00:00Z. */
const FIRST = 1_793_577_600_000_000;
const RANGE = { start: (FIRST + 1.3 * DAY) as EpochMicros, end: (FIRST + 5 * DAY) as EpochMicros };

/** A walk of five days: a tick every minute or so, some in bursts, with quiet nights. */
function walk(): readonly SequencedTick[] {
  let state = 11;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const ticks: SequencedTick[] = [];
  let price = 100;
  for (let time = FIRST; time < FIRST + 5 * DAY; ) {
    const isNight = (time % DAY) / DAY > 0.7;
    const gap = random() < 0.01 ? 1800 : random() < 0.2 ? 1 : isNight ? 1200 : 120;
    time += Math.round(random() * gap * 1e6) + 1;
    price = Math.max(90, Math.min(110, price + (random() - 0.5) * 0.6));
    const text = (random() < 0.5 ? price.toFixed(2) : price.toFixed(1)) as DecimalText;
    ticks.push({ stock: 'AAPL', exchange: 'NASDAQ', price: text, time: time as EpochMicros, seq: ticks.length + 1 });
  }
  return ticks;
}

function rule(condition: AlertCondition, more: Partial<JudgedRule> = {}): JudgedRule {
  const base = {
    id: 'preview',
    name: 'a rule',
    revision: 1,
    begins: 0 as EpochMicros,
    exchange: undefined,
    stocks: ['AAPL'],
  };
  const limits = { once: false, rearmSeconds: 0, active: undefined, expires: undefined, snoozedUntil: undefined };
  return { ...base, ...limits, condition, ...more };
}

const cross = { type: 'price_crosses', direction: 'up', level: '101' } as const;
const move = { type: 'price_moves', direction: 'either', by: '1.5', unit: 'percent', within_seconds: 600 } as const;
const RULES: readonly JudgedRule[] = [
  rule(cross),
  rule({ ...cross, direction: 'either', hysteresis: '1.5' }),
  rule({ ...cross, direction: 'down', level: '102.50' }, { rearmSeconds: 7200 }),
  rule({ ...cross, level: '99' }, { once: true }),
  rule(cross, { active: { from: '18:00', to: '13:00', timezone: 'America/New_York' } }),
  rule(move),
  rule({ ...move, direction: 'up', by: '0.4', hysteresis: '0.3', within_seconds: 60 }),
  rule({ ...move, unit: 'price', by: '2.5', within_seconds: 3600 }),
  rule({ ...move, direction: 'down', hysteresis: '1', by: '2', within_seconds: 7200 }),
  rule({ type: 'new_extreme', extreme: 'high', days: 1 }),
  rule({ type: 'new_extreme', extreme: 'low', days: 2 }),
  rule({ type: 'tick_rate', above: 4 }),
];

describe('A preview of a rule', () => {
  let database: TestDatabase;
  let reader: TickReader;
  const ticks = walk();

  before(async () => {
    database = await startTestDatabase();
    await database.client.query(
      `INSERT INTO stock_prices ("timestamp", stock_name, exchange_name, price)
       SELECT '2026-11-02Z'::timestamptz + micros * interval '1 microsecond', 'AAPL', 'NASDAQ', price
         FROM unnest($1::bigint[], $2::numeric[]) AS t(micros, price)`,
      [ticks.map(({ time }) => time - FIRST), ticks.map(({ price }) => price)],
    );
    reader = openReader(database.url);
  });
  after(async () => {
    await reader[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  it('tells what judging each tick of the range would have fired', async () => {
    for (const each of RULES) {
      const judge = createLaneJudge({
        exchange: 'NASDAQ',
        seq: 0,
        rules: [{ ...each, begins: RANGE.start }],
        phases: [],
        memory: [],
      });
      const due = ticks.flatMap((tick) =>
        judge.take([tick], tick.time).flatMap(({ firing }) => (firing === undefined ? [] : [firing])),
      );
      const preview = await previewRule(reader, each, RANGE, undefined, { limits: { ...PREVIEW_LIMITS, few: 60 } });
      const name = JSON.stringify(each);
      assert.deepEqual(
        preview.places.map(({ timestamp, text }) => `${timestamp} ${text}`),
        due.map(({ time, text }) => `${formatMicros(time)} ${text}`),
        name,
      );
      assert.equal(preview.fired, due.length, name);
      assert.ok(due.length > 0, name);
    }
  });

  it('reads few ticks, and says so where even those are too many', async () => {
    const limits = { ...PREVIEW_LIMITS, ticks: 100, places: 3 };
    const preview = await previewRule(reader, rule({ ...cross, direction: 'either' }), RANGE, undefined, { limits });
    assert.equal(preview.complete, false);
    assert.match(preview.note ?? '', /^There is more than one answer looks at: not all is known from 2026-11-0\dT/);
    assert.equal(preview.places.length, 3);
  });

  it('finds silences, each once, while the exchange was open', async () => {
    const calendarOf = calendarsOf().of;
    const preview = await previewRule(reader, rule({ type: 'silent', seconds: 900 }), RANGE, undefined, { calendarOf });
    const sessions = calendarOf('NASDAQ')?.between(RANGE.start, RANGE.end) ?? [];
    const due = ticks.flatMap(({ time }, i) => {
      const next = ticks[i + 1]?.time ?? RANGE.end + 1;
      const moments = sessions.map(({ open, close }) => ({ at: Math.max(time, open) + 900e6, close }));
      return moments.filter(({ at, close }) => at < Math.min(next, close)).slice(0, 1);
    });
    assert.deepEqual(
      preview.places.map(({ timestamp }) => timestamp),
      due.map(({ at }) => formatMicros(at as EpochMicros)),
    );
    assert.ok(due.length > 2);
  });

  it('tells outliers, and holes: one that several lanes have, once', async () => {
    const at = (hours: number, micros = 0): string =>
      formatMicros((RANGE.start + hours * 3600e6 + micros) as EpochMicros);
    await database.client.query(
      `INSERT INTO outliers ("timestamp", exchange_name, stock_name, seq, price, median, deviation)
       VALUES ($1, 'NASDAQ', 'AAPL', 7, 23.05, 100.5, 0.1), ($2, 'NASDAQ', 'AAPL', 9, 1000, 100.5, 0.1)`,
      [at(1), at(2)],
    );
    const outliers = await previewRule(reader, rule({ type: 'outlier' }), RANGE);
    assert.deepEqual(
      outliers.places.map(({ timestamp, price, text }) => `${timestamp} ${price} ${text}`),
      [
        `${at(1)} 23.05 AAPL is at 23.05, far from what it cost just before: about 100.5`,
        `${at(2)} 1000 AAPL is at 1000, far from what it cost just before: about 100.5`,
      ],
    );
    assert.equal(outliers.complete, true);
    assert.equal((await previewRule(reader, rule({ type: 'outlier' }, { once: true }), RANGE)).fired, 1);

    await database.client.query(
      `INSERT INTO gaps (lane, exchange_name, lanes, from_time, to_time, messages, reason)
       VALUES ('NASDAQ/0', 'NASDAQ', 2, $1, $2, NULL, 'lost'), ('NASDAQ/1', 'NASDAQ', 2, $1, $2, NULL, 'lost'),
              ('NYSE/0', 'NYSE', 1, $3, $3, 1, 'refused'), ('NYSE/0', 'NYSE', 1, $4, $1, 1, 'refused')`,
      [at(1), at(2, 999_999), at(3), at(-1)],
    );
    const everywhere = rule({ type: 'hole' }, { stocks: undefined });
    const holes = await previewRule(reader, everywhere, RANGE);
    assert.deepEqual(
      holes.places.map(({ exchange_name, stock_name, timestamp }) => [exchange_name, stock_name, timestamp]),
      [
        ['NASDAQ', null, at(1)],
        ['NYSE', null, at(3)],
      ],
    );
    assert.ok(holes.places[0]?.text.includes(`to ${at(2, 999_999).slice(0, 19)}Z`), holes.places[0]?.text);
    assert.equal((await previewRule(reader, { ...everywhere, exchange: 'NYSE' }, RANGE)).fired, 1);
  });

  it('says what cannot be told from what is stored', async () => {
    const preview = await previewRule(reader, rule({ type: 'silent', seconds: 10 }), RANGE);
    assert.equal(preview.complete, false);
    assert.equal(preview.note, 'Silences of less than 60 seconds are not looked for.');
  });
});
