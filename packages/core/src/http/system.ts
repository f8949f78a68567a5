import { type Static, Type } from 'typebox';
import { RangeParameters } from './parameters.ts';
import { Nullable, Timestamp } from './scalars.ts';

export const DependencyState = Type.Object({ ok: Type.Boolean(), detail: Type.String() });

/** Versions, and what each dependency says now. */
export const System = Type.Object({
  version: Type.String({ examples: ['1.0.0'] }),
  node_version: Type.String({ examples: ['24.1.0'] }),
  database_version: Nullable(Type.String({ examples: ['17.5'] })),
  started_at: Timestamp,
  now: Timestamp,
  ready: Type.Boolean(),
  dependencies: Type.Record(Type.String(), DependencyState),
});
export type System = Static<typeof System>;

export const MetricsQuery = Type.Object({
  ...RangeParameters,
  buckets: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1000, description: 'Cut the range into so many steps; default: 60.' }),
  ),
});
export type MetricsQuery = Static<typeof MetricsQuery>;

const Seconds = Type.Number({ minimum: 0, description: 'seconds' });

/** Batch inserts in one step of time. Steps without inserts are left out. */
export const InsertLatencyStep = Type.Object({
  time: Timestamp,
  flushes: Type.Integer({ minimum: 1 }),
  p50: Seconds,
  p95: Seconds,
  p99: Seconds,
  max: Seconds,
  rows_per_flush: Nullable(Type.Number({ minimum: 0 })),
});

export const InsertLatency = Type.Object({
  start_time: Timestamp,
  end_time: Timestamp,
  step_seconds: Type.Number({ exclusiveMinimum: 0 }),
  steps: Type.Array(InsertLatencyStep),
});
export type InsertLatency = Static<typeof InsertLatency>;
