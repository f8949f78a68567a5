import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { ALERT_GROUPS } from '../src/alerts/alert-groups.ts';
import { DELIVERY_ALERTS } from '../src/alerts/delivery-alerts.ts';
import { HOLE_ALERTS } from '../src/alerts/hole-alerts.ts';
import { dashboard } from '../src/dashboard.ts';
import { PANEL_IDS, type PanelId } from '../src/panel-ids.ts';
import type { PostgresQuery } from '../src/postgres-query.ts';
import { type GrafanaDatabase, startGrafanaDatabase } from './grafana-database.ts';
import { type Asked, expanded } from './grafana-macros.ts';
import { emptied, type Seed } from './seed.ts';

type Row = Readonly<Record<string, unknown>>;

const MINUTE = 60_000;
/** The clock of these tests; what `now()` says only matters where a test says so. */
const NOW = new Date(Math.floor(Date.now() / MINUTE) * MINUTE);
const ago = (minutes: number): Date => new Date(NOW.getTime() - minutes * MINUTE);
/** What they tell is how things are, whatever time is looked at. */
const OF_NOW: readonly (number | undefined)[] = [
  PANEL_IDS.sealedTicks,
  PANEL_IDS.sealedBytesATick,
  PANEL_IDS.daysUnsealed,
  PANEL_IDS.placesOnDisk,
  PANEL_IDS.oldestWaiting,
];
const HALF_AN_HOUR: Asked = { from: ago(30), to: new Date(NOW.getTime() + MINUTE), intervalMs: MINUTE };

interface Question {
  /** Of a panel. */
  readonly id?: number | undefined;
  readonly title: string;
  readonly format: PostgresQuery['format'];
  readonly rawSql: string;
}

const OF_PANELS: readonly Question[] = (dashboard().panels ?? [])
  .filter((panel): panel is Panel => panel.type !== 'row')
  .flatMap(({ id, title = '', targets = [] }) =>
    targets.map((target) => ({ ...(target as PostgresQuery), id, title })),
  );
const OF_ANNOTATIONS: readonly Question[] = (dashboard().annotations?.list ?? []).map(({ name, target }) => ({
  ...(target as PostgresQuery),
  title: name,
}));
const OF_RULES: readonly Question[] = ALERT_GROUPS.flatMap(({ rules }) =>
  rules.map(({ title, rawSql }) => ({ title, rawSql, format: 'time_series' as const })),
);

describe("Grafana's queries", () => {
  let database: GrafanaDatabase;
  before(async () => {
    database = await startGrafanaDatabase();
  });
  after(() => database[Symbol.asyncDispose]());

  const run = async (rawSql: string, asked = HALF_AN_HOUR): Promise<readonly Row[]> =>
    (await database.reader.query<Row>(expanded(rawSql, asked))).rows;
  const shown = (id: PanelId, asked?: Asked): Promise<readonly Row[]> => {
    const question = OF_PANELS.find((one) => one.id === id);
    assert.ok(question !== undefined);
    return run(question.rawSql, asked);
  };
  const seed = (): Promise<Seed> => emptied(database.owner);

  it('filter by time, and answer as the role of Grafana where nothing has happened yet', async () => {
    await seed();
    const dated = OF_PANELS.filter(({ id }) => !OF_NOW.includes(id));
    for (const { title, rawSql } of [...dated, ...OF_ANNOTATIONS, ...OF_RULES]) {
      assert.match(rawSql, /\$__timeFilter\(/, title);
    }
    for (const { title, rawSql } of [...OF_PANELS, ...OF_ANNOTATIONS, ...OF_RULES]) {
      await assert.doesNotReject(run(rawSql), title);
    }
  });

  it('have a time and numbers where a line is drawn of them, in the order of time', async () => {
    const { listened, insert, fired } = await seed();
    await listened('NASDAQ', ago(60), ago(0));
    await fired(ago(5), { state: 'delivered', attempts: 1, delivered: ago(4) });
    await insert(
      `INSERT INTO metrics SELECT $1, 'subscriber', 'e', metric, value, 'u'
       FROM unnest(ARRAY['insert_latency', 'flush_rows', 'ticks_received', 'ticks_waiting', 'live_publish_latency',
         'end_to_end_age', 'api_latency_p50', 'published_ticks', 'publisher_clock_drift', 'frozen_stocks', 'burst',
         'outliers', 'hole_messages']) AS metric, (VALUES (1), (3)) AS v (value)`,
      [ago(5)],
    );
    await insert('INSERT INTO sealed_days (day, ticks, blocks, bytes) VALUES (current_date - 1, 3, 1, 300)');
    const twoDays = { ...HALF_AN_HOUR, from: ago(2 * 24 * 60) };
    for (const { title, format, rawSql } of [...OF_PANELS, ...OF_RULES]) {
      if (format !== 'time_series') continue;
      const rows = await run(rawSql, twoDays);
      assert.ok(rows.length > 0, title);
      for (const { time, metric: _, exchange: __, receiver: ___, ...values } of rows) {
        assert.ok(time instanceof Date || typeof time === 'number' || typeof time === 'string', title);
        for (const value of Object.values(values)) assert.ok(value === null || !Number.isNaN(Number(value)), title);
      }
      const times = rows.map(({ time }) => Number(time));
      assert.deepEqual(
        times,
        times.toSorted((a, b) => a - b),
        title,
      );
    }
  });

  it('add up what several subscribers count, each from its own start', async () => {
    const { insert } = await seed();
    // 600 a minute of one that has run for long, 1200 of one that just began; 30 and 50 wait.
    await insert(
      `INSERT INTO metrics
       SELECT $1::timestamptz - interval '1 minute' * back, service, 'e', metric, value, 'ticks'
       FROM generate_series(0, 3) AS back, LATERAL (VALUES
         ('subscriber', 'ticks_received', 1e6 - 600 * back), ('subscriber-2', 'ticks_received', 9000 - 1200 * back),
         ('subscriber', 'ticks_waiting', 30), ('subscriber-2', 'ticks_waiting', 50)) AS m (service, metric, value)`,
      [ago(5)],
    );
    const rates = (await shown(PANEL_IDS.ticksASecond)).flatMap(({ received }) => (received === null ? [] : received));
    assert.deepEqual(rates.map(Number), [30, 30, 30]);
    const waiting = (await shown(PANEL_IDS.ticksThatWait)).map((row) => Number(row.waiting));
    assert.deepEqual(waiting, [80, 80, 80, 80]);
  });

  it('show each moment of an exchange as covered, as a hole with its reason, or as unknown', async () => {
    const { listened, imported, hole } = await seed();
    await listened('NASDAQ', ago(20.5), ago(5));
    await listened('NYSE', ago(60), new Date());
    await hole('NASDAQ', ago(15), ago(14), 'refused');
    await hole('NASDAQ', ago(10.5), ago(10.4), 'clock_stepped');
    await hole('NASDAQ', ago(8), ago(7), 'overtaken');
    await imported('NASDAQ', ago(9), ago(6));
    const rows = await shown(PANEL_IDS.coverage);
    const states = (exchange: string) =>
      rows.filter(({ metric }) => metric === exchange).map(({ time, state }) => [minutesAgo(time), state] as const);
    const of = (exchange: string, wanted: unknown) =>
      states(exchange)
        .filter(([, state]) => state === wanted)
        .map(([minutes]) => minutes);
    assert.deepEqual(of('NASDAQ', 1), [30, 29, 28, 27, 26, 25, 24, 23, 22, 21], 'unknown: nobody listened yet');
    assert.deepEqual(of('NASDAQ', 11), [15, 14], 'refused');
    assert.deepEqual(of('NASDAQ', 15), [11], 'clock_stepped, though shorter than a step');
    assert.deepEqual(of('NASDAQ', 12), [], 'overtaken, but a file was imported over it');
    assert.deepEqual(of('NASDAQ', 2), [4, 3, 2, 1, 0, -1], 'nothing stored since');
    assert.deepEqual(of('NASDAQ', 0), [20, 19, 18, 17, 16, 13, 12, 10, 9, 8, 7, 6, 5], 'covered');
    assert.deepEqual(new Set(states('NYSE').map(([, state]) => state)), new Set([0]), 'the other exchange is whole');
  });

  it('tell what is missing, why, and whether a file filled it', async () => {
    const { imported, hole } = await seed();
    await hole('NASDAQ', ago(15), ago(14), 'not_listening', { messages: 3 });
    await hole('NASDAQ', ago(13), ago(12), 'numbers_missing', { messages: 40, stocks: ['AAPL'] });
    await hole('NASDAQ', ago(11), ago(10), 'refused');
    await hole('NYSE', ago(9), ago(8), 'refused');
    await imported('NASDAQ', ago(16), ago(14.5));
    await imported('NASDAQ', ago(14.5), ago(14));
    await imported('NASDAQ', ago(13), ago(12), 'AAPL');
    await imported('NASDAQ', ago(11), ago(10), 'AAPL');
    const rows = await shown(PANEL_IDS.holes);
    assert.deepEqual(
      rows.map((row) => [row.exchange, row.reason, row.length, row.messages, row.filled]),
      [
        ['NYSE', 'refused', 60, null, 'no'],
        ['NASDAQ', 'refused', 60, null, 'in part'],
        ['NASDAQ', 'numbers_missing', 60, 40, 'yes'],
        ['NASDAQ', 'not_listening', 60, 3, 'yes'],
      ],
    );
    assert.deepEqual(await shown(PANEL_IDS.holesRecorded), [{ holes: 4 }]);
    assert.deepEqual(await shown(PANEL_IDS.messagesMissing), [{ messages: 43 }]);
    assert.deepEqual(await shown(PANEL_IDS.holesOfUnknownSize), [{ holes: 2 }]);
  });

  it('count the holes of each day, days without one too', async () => {
    const { hole } = await seed();
    const day = (text: string) => new Date(`${text}Z`);
    await hole('NASDAQ', day('2026-03-02T23:59:59'), day('2026-03-03T00:10:00'));
    await hole('NYSE', day('2026-03-02T04:00:00'), day('2026-03-02T04:00:01'), 'rejected');
    await hole('NYSE', day('2026-03-04T00:00:00'), day('2026-03-04T00:00:00'));
    const days = await shown(PANEL_IDS.holesADay, {
      from: day('2026-03-01T12:00:00'),
      to: day('2026-03-04T18:00:00'),
      intervalMs: MINUTE,
    });
    assert.deepEqual(
      days.map(({ time, not_listening, rejected, refused }) => [
        (time as Date).toISOString().slice(0, 10),
        not_listening,
        rejected,
        refused,
      ]),
      [
        ['2026-03-01', 0, 0, 0],
        ['2026-03-02', 1, 1, 0],
        ['2026-03-03', 0, 0, 0],
        ['2026-03-04', 1, 0, 0],
      ],
    );
  });

  it('say how far an outlier lies away, also where prices stood still before', async () => {
    const { insert } = await seed();
    await insert(
      `INSERT INTO outliers VALUES ($1, 'AAPL', 'NASDAQ', 1, 150, 100, 2), ($2, 'MSFT', 'NASDAQ', 2, 7, 5, 0)`,
      [ago(2), ago(1)],
    );
    const rows = await shown(PANEL_IDS.outliers);
    assert.deepEqual(
      rows.map(({ stock, deviations }) => [stock, deviations === null ? null : Number(deviations)]),
      [
        ['MSFT', null],
        ['AAPL', 25],
      ],
    );
  });

  it('tell of firings in every chart, and of deliveries that wait or were given up, without a target', async () => {
    const { fired, insert } = await seed();
    await fired(ago(10), { state: 'delivered', attempts: 3, delivered: ago(8) });
    await fired(ago(6), { state: 'failed', attempts: 9, error: 'desk.example answered 500' });
    await fired(ago(5), { state: 'failed', attempts: 8, error: 'desk.example answered 503' });
    await fired(ago(40), { state: 'waiting', attempts: 1 });
    const [marks] = OF_ANNOTATIONS;
    const marked = await run(marks?.rawSql ?? '');
    assert.deepEqual(
      marked.map(({ time, text, tags }) => [minutesAgo(time), text, tags]),
      [5, 6, 10].map((minutes) => [minutes, 'AAPL over 230: AAPL crossed 230', 'NASDAQ,AAPL']),
    );
    assert.deepEqual(await shown(PANEL_IDS.firings), [{ firings: 3 }]);
    assert.deepEqual(await shown(PANEL_IDS.delivered), [{ deliveries: 1 }]);
    assert.deepEqual(await shown(PANEL_IDS.givenUp), [{ deliveries: 2 }]);
    const [oldest] = await shown(PANEL_IDS.oldestWaiting);
    assert.ok(Number(oldest?.seconds) >= 40 * 60);
    const [lag] = await shown(PANEL_IDS.deliveryLag);
    assert.deepEqual([lag?.p50, lag?.p99], [120, 120]);
    const troubled = await shown(PANEL_IDS.troubledDeliveries, { ...HALF_AN_HOUR, from: ago(60) });
    assert.deepEqual(
      troubled.map(({ receiver, state, deliveries, attempts, error }) => [
        receiver,
        state,
        deliveries,
        attempts,
        error,
      ]),
      [
        ['desk', 'failed', 2, 9, 'desk.example answered 503'],
        ['desk', 'waiting', 1, 1, null],
      ],
    );
    const [late, rule] = DELIVERY_ALERTS;
    const [waits] = await run(late?.rawSql ?? '', { ...HALF_AN_HOUR, from: ago(60) });
    assert.deepEqual([waits?.receiver, Number(waits?.seconds) >= 40 * 60], ['desk', true]);
    assert.equal((await run(rule?.rawSql ?? ''))[0]?.deliveries, 2);
    await insert('DELETE FROM alert_deliveries');
    assert.equal((await run(late?.rawSql ?? ''))[0]?.seconds, 0, 'a value to judge, also where nothing waits');
    assert.equal(
      (await run(rule?.rawSql ?? ''))[0]?.deliveries,
      0,
      'a value to judge, also where nothing was given up',
    );
    for (const secret of ['SELECT target FROM alert_receivers', 'SELECT * FROM alert_secrets']) {
      await assert.rejects(run(secret), /permission denied/);
    }
  });

  it("alert of an exchange's new holes, and not of old ones, of other exchanges', or of a file's bad lines", async () => {
    const { listened, hole } = await seed();
    await listened('NASDAQ', ago(60), ago(0));
    await listened('NYSE', ago(60), ago(0));
    const [rule] = HOLE_ALERTS;
    assert.ok(rule !== undefined);
    const asked = { from: ago(rule.overSeconds / 60), to: NOW, intervalMs: 1000 };
    const holes = async () =>
      (await run(rule.rawSql, asked)).map(({ exchange, holes: count }) => [exchange, count] as const);
    await hole('NASDAQ', ago(30), ago(12));
    await hole('NYSE', ago(8), ago(7), 'rejected');
    assert.deepEqual(await holes(), [
      ['NASDAQ', 0],
      ['NYSE', 0],
    ]);
    // Hours old, and found just now.
    await hole('NYSE', ago(300), ago(200), 'spool_damaged', { recorded: ago(1) });
    assert.deepEqual(await holes(), [
      ['NASDAQ', 0],
      ['NYSE', 1],
    ]);
  });
});

const minutesAgo = (time: unknown): number => (NOW.getTime() - (time as Date).getTime()) / MINUTE;
