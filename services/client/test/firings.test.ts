import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { signal } from '@preact/signals';
import type { AlertFiring, AlertRule } from '@tickwatch/core';
import { FiringLog, recordedAt } from '../src/firings/firing-log.ts';
import { firingAddress, noticeOf } from '../src/firings/firing-text.ts';
import { Gathered } from '../src/firings/gathered.ts';
import { levelsOf } from '../src/stock/alerts/chart-level.ts';
import { directionTo, levelAt } from '../src/stock/alerts/level-at.ts';

/** The n-th firing, written so many seconds after noon. */
const firing = (n: number, more: Partial<AlertFiring> = {}): AlertFiring => ({
  ...{ id: `f${n}`, rule_id: 'r', rule_name: 'AAPL above 230', exchange_name: 'NASDAQ', stock_name: 'AAPL' },
  ...{ timestamp: '2026-11-20T11:59:59.5Z', seq: n, price: '230.05', text: `AAPL crossed 230: ${n}` },
  ...{ recorded: `2026-11-20T12:00:${String(n).padStart(2, '0')}Z` },
  ...more,
});
const ids = (firings: readonly AlertFiring[]) => firings.map(({ id }) => id);

describe('what fired, as the page knows it', () => {
  it('takes each firing once, however often and in whatever order it is told, the newest first', () => {
    const log = new FiringLog(signal(0));
    assert.deepEqual(ids(log.take([firing(2), firing(1), firing(2)])), ['f2', 'f1']);
    assert.deepEqual(ids(log.take([firing(1), firing(3)])), ['f3']);
    assert.deepEqual(log.take([firing(3)]), []);
    assert.deepEqual(ids(log.known.value), ['f3', 'f2', 'f1']);
  });

  it('counts those that nobody has looked at, in this tab or in another, one by one or all', () => {
    const seenUntil = signal(recordedAt(firing(1)));
    const [log, other] = [new FiringLog(seenUntil), new FiringLog(seenUntil)];
    for (const tab of [log, other]) tab.take([firing(1), firing(2), firing(3)]);
    assert.deepEqual(ids(log.unseen.value), ['f3', 'f2']);
    log.see('f3');
    assert.deepEqual(ids(log.unseen.value), ['f2']);
    assert.deepEqual(ids(other.unseen.value), ['f3', 'f2']);
    other.see();
    assert.deepEqual([log.unseen.value, other.unseen.value], [[], []]);
    log.take([firing(4)]);
    assert.deepEqual(ids(log.unseen.value), ['f4']);
  });

  it('says one as itself, several as a count with the first of them, and leads to the place on the chart', () => {
    assert.deepEqual(noticeOf([firing(1)]), { title: 'AAPL above 230', body: 'AAPL crossed 230: 1' });
    const many = noticeOf([1, 2, 3, 4, 5, 6].map((n) => firing(n)));
    assert.equal(many.title, '6 alerts fired');
    assert.match(many.body, /^AAPL crossed 230: 1\n(?:.*\n){3}and 2 more$/);
    assert.equal(firingAddress(firing(1)), '/stock/AAPL?exchange=NASDAQ&at=2026-11-20T11%3A59%3A59.5Z&span=900');
    assert.equal(firingAddress(firing(1, { stock_name: null })), '/alerts');
  });
});

describe('firings that come at once', () => {
  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    let now = 0;
    mock.method(performance, 'now', () => now);
    pass = (millis) => {
      now += millis;
      mock.timers.tick(millis);
    };
  });
  afterEach(() => {
    mock.timers.reset();
    mock.restoreAll();
  });
  let pass: (millis: number) => void;

  it('are told as one, and the next of them not before a while', () => {
    const told: (readonly number[])[] = [];
    const gathered = new Gathered<number>({ withinMs: 250, apartMs: 3000 }, (items) => told.push(items));
    gathered.add([1]);
    pass(200);
    gathered.add([2, 3]);
    pass(50);
    assert.deepEqual(told, [[1, 2, 3]]);
    gathered.add([4]);
    pass(2900);
    gathered.add([5]);
    assert.equal(told.length, 1);
    pass(100);
    assert.deepEqual(told, [
      [1, 2, 3],
      [4, 5],
    ]);
  });
});

describe('a level that is pointed at', () => {
  it('is as round as a hand is sure of it, and has no more digits than prices have', () => {
    assert.equal(levelAt(230.4871, 0.02, 2), '230.49');
    assert.equal(levelAt(230.4871, 0.06, 2), '230.5');
    assert.equal(levelAt(230.4871, 0.0001, 2), '230.49');
    assert.equal(levelAt(230.4871, 0.9, 2), '230');
    assert.equal(levelAt(64_283.5, 60, 2), '64300');
    assert.equal(levelAt(0.000_012_34, 1e-8, 8), '0.00001234');
    assert.equal(levelAt(-3.456, 0.01, 3), '-3.46');
    assert.equal(levelAt(-0.001, 0.01, 2), '0.00');
  });

  it('is reached from the side on which the price is', () => {
    assert.deepEqual(
      [directionTo(231, 230), directionTo(229, 230), directionTo(230, 230), directionTo(230, undefined)],
      ['up', 'down', 'either', 'either'],
    );
  });

  it('is drawn of rules that watch it, and in the past of those that were as they are then', () => {
    const rule = (level: string, more: object = {}): AlertRule =>
      ({
        ...{ id: level, name: `at ${level}`, state: 'watching', changed: '2026-11-20T12:00:00Z' },
        ...{ condition: { type: 'price_crosses', direction: 'up', level } },
        ...more,
      }) as unknown as AlertRule;
    const rules = [
      rule('10'),
      rule('30.50', { state: 'snoozed' }),
      rule('20', { state: 'disabled' }),
      rule('21', { state: 'done' }),
      rule('40', { condition: { type: 'silent', seconds: 60 } }),
      rule('5', { changed: '2026-11-20T13:00:00Z' }),
    ];
    assert.deepEqual(
      levelsOf(rules).map(({ text, price, rests }) => [text, price, rests]),
      [
        ['30.50', 30.5, true],
        ['10', 10, false],
        ['5', 5, false],
      ],
    );
    const then = Date.parse('2026-11-20T12:30:00Z') * 1000;
    assert.deepEqual(
      levelsOf(rules, then).map(({ text }) => text),
      ['30.50', '10'],
    );
  });
});
