import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dayStart, fromWallClock, knownZones, parseZone, wallClock, zoneOf } from '../src/format/zone.ts';
import { zoneClock } from '../src/format/zone-clock.ts';
import { bucketStart, nextBucket } from '../src/stock/interval.ts';

const NEW_YORK = 'America/New_York';
const iso = (millis: number): string => new Date(millis).toISOString();

describe('a zone’s wall clock', () => {
  it('reads back what it shows, on both sides of a clock change', () => {
    for (const text of [
      '2026-01-15T12:34:56Z',
      '2026-07-15T00:00:00Z',
      '2026-03-08T06:59:59Z',
      '2026-03-08T07:00:00Z',
    ]) {
      const millis = Date.parse(text);
      assert.equal(fromWallClock(NEW_YORK, wallClock(NEW_YORK, millis)), millis, text);
    }
  });

  it('takes the first of two equal times when clocks go back', () => {
    const fields = { year: 2026, month: 11, day: 1, hour: 1, minute: 30, second: 0 };
    assert.equal(iso(fromWallClock(NEW_YORK, fields)), '2026-11-01T05:30:00.000Z');
  });

  it('says which times are shown twice when clocks go back', () => {
    const told = (text: string): boolean => zoneClock(NEW_YORK).isRepeated(Date.parse(text) / 1000);
    assert.deepEqual(
      ['2026-11-01T04:59:59Z', '2026-11-01T05:00:00Z', '2026-11-01T06:59:59Z', '2026-11-01T07:00:00Z'].map(told),
      [false, true, true, false],
    );
    assert.deepEqual(['2026-03-08T06:30:00Z', '2026-03-08T07:30:00Z'].map(told), [false, false]);
    assert.ok(
      zoneClock('Australia/Lord_Howe').isRepeated(Date.parse('2026-04-04T15:10:00Z') / 1000),
      'set back by half an hour',
    );
    assert.equal(zoneClock('UTC').isRepeated(Date.parse('2026-11-01T05:30:00Z') / 1000), false);
  });

  it('moves a time that clocks skip behind the change', () => {
    const fields = { year: 2026, month: 3, day: 8, hour: 2, minute: 30, second: 0 };
    assert.equal(iso(fromWallClock(NEW_YORK, fields)), '2026-03-08T07:30:00.000Z');
  });

  it('begins days at midnight, also on days of 23 and 25 hours', () => {
    assert.equal(iso(dayStart(NEW_YORK, Date.parse('2026-03-08T20:00:00Z'))), '2026-03-08T05:00:00.000Z');
    assert.equal(iso(dayStart(NEW_YORK, Date.parse('2026-03-09T03:59:59Z'))), '2026-03-08T05:00:00.000Z');
    assert.equal(iso(dayStart(NEW_YORK, Date.parse('2026-11-02T04:59:59Z'))), '2026-11-01T04:00:00.000Z');
  });

  it('counts days of candles by the zone and shorter candles by UTC', () => {
    const start = bucketStart(Date.parse('2026-03-08T20:00:00Z') / 1000, '1d', NEW_YORK);
    assert.equal(iso(start * 1000), '2026-03-08T05:00:00.000Z');
    assert.equal(iso(nextBucket(start, '1d', NEW_YORK) * 1000), '2026-03-09T04:00:00.000Z');
    for (const day of [
      '2026-03-02T05:00:00Z',
      '2026-03-05T12:00:00Z',
      '2026-03-08T20:00:00Z',
      '2026-03-09T03:59:59Z',
    ]) {
      const week = bucketStart(Date.parse(day) / 1000, '1w', NEW_YORK);
      assert.equal(iso(week * 1000), '2026-03-02T05:00:00.000Z', day);
      assert.equal(iso(nextBucket(week, '1w', NEW_YORK) * 1000), '2026-03-09T04:00:00.000Z');
    }
    const kolkata = bucketStart(Date.parse('2026-03-05T12:10:00Z') / 1000, '1h', 'Asia/Kolkata');
    assert.equal(iso(kolkata * 1000), '2026-03-05T11:30:00.000Z');
    assert.equal(iso(nextBucket(kolkata, '1h', 'Asia/Kolkata') * 1000), '2026-03-05T12:30:00.000Z');
    const beforeChange = bucketStart(Date.parse('2026-03-08T06:30:00Z') / 1000, '4h', NEW_YORK);
    assert.equal(iso(beforeChange * 1000), '2026-03-08T05:00:00.000Z');
    assert.equal(iso(nextBucket(beforeChange, '4h', NEW_YORK) * 1000), '2026-03-08T08:00:00.000Z');
    assert.equal(bucketStart(7250, '1h', NEW_YORK), 7200);
    assert.equal(nextBucket(7200, '1h', NEW_YORK), 10_800);
  });
});

describe('a choice of zone', () => {
  it('reads zones by name, and nothing that is none', () => {
    for (const text of [
      'exchange',
      'utc',
      'local',
      'Asia/Tokyo',
      'America/Argentina/Ushuaia',
      'Asia/Kolkata',
      'US/Eastern',
    ])
      assert.equal(parseZone(text), text);
    assert.equal(parseZone('asia/tokyo'), 'Asia/Tokyo');
    for (const text of ['', 'Mars/Olympus', '+05:30', '-03', 'other', 7, null, {}, ['utc'], 'Asia/Tokyo '])
      assert.equal(parseZone(text), undefined, String(text));
  });

  it('lists places by what they are called today', () => {
    const zones: readonly string[] = knownZones();
    for (const name of ['Asia/Kolkata', 'Europe/Kyiv', 'Asia/Ho_Chi_Minh', 'Asia/Yangon'])
      assert.ok(zones.includes(name), name);
    for (const zone of zones) assert.equal(parseZone(zone), zone);
  });

  it('takes the exchange’s own zone, where all that is shown stands in one', () => {
    const zones = new Map([
      ['NASDAQ', 'America/New_York'],
      ['TSE', 'Asia/Tokyo'],
    ]);
    assert.equal(zoneOf(['TSE'], zones), 'Asia/Tokyo');
    assert.equal(zoneOf(['TSE', 'unknown'], zones), 'Asia/Tokyo');
    assert.equal(zoneOf(['TSE', 'NASDAQ'], zones), 'America/New_York');
    assert.equal(zoneOf([], zones), 'America/New_York');
  });
});
