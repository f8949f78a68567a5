import { type EpochMicros, formatMicros, type LedgerSource, MICROS_PER_SECOND, nowMicros } from '@tickwatch/core';
import { InsertLatency, Ledger, MetricsQuery, System } from '@tickwatch/core/http';
import {
  NOT_WELL,
  type Operations,
  operatorCheck,
  publicReadiness,
  type Readiness,
  readinessReply,
} from '@tickwatch/runtime';
import { stepMicros, type TickReader } from '@tickwatch/store';
import type { App } from '../http/app.ts';
import { readBounds } from '../http/moment.ts';
import { problem, sendProblem } from '../http/problem-reply.ts';
import { JSON_TYPE, routeSchema } from '../http/route-schema.ts';
import { sendText } from '../http/send-text.ts';

export interface SystemSources {
  readonly reader: TickReader;
  readonly ledger: LedgerSource | undefined;
  readonly readiness: () => Promise<Readiness>;
  readonly operations: Operations;
  readonly version: string;
  readonly onLedgerError: (error: unknown) => void;
}

const HOUR = 3600 * MICROS_PER_SECOND;

export function systemRoutes(app: App, sources: SystemSources): void {
  const { reader, ledger, readiness, version, onLedgerError } = sources;
  const isOperator = operatorCheck(sources.operations);
  const startedAt = nowMicros();

  app.get(
    '/api/system',
    {
      schema: routeSchema({
        tag: 'system',
        summary: 'Versions, and what each dependency says',
        description:
          'Who comes straight from an address of `OPS_ALLOW` (by default this machine) hears why something is not well; strangers hear that it is not.',
        answer: System,
      }),
    },
    async (request, reply) => {
      const [dependencies, databaseVersion] = await Promise.all([readiness(), reader.ping().catch(() => null)]);
      const answer: System = {
        version,
        node_version: process.versions.node,
        database_version: databaseVersion,
        started_at: formatMicros(startedAt),
        now: formatMicros(nowMicros()),
        ready: readinessReply(dependencies).status === 200,
        dependencies: isOperator(request.raw) ? dependencies : publicReadiness(dependencies),
      };
      reply.header('cache-control', 'no-store');
      return await sendText(request, reply, JSON_TYPE, JSON.stringify(answer));
    },
  );

  app.get(
    '/api/ledger',
    {
      schema: routeSchema({
        tag: 'system',
        summary: 'What became of every tick',
        description:
          'Received = stored + rejected + refused + lost + waiting, for each exchange and each of its lanes, since the subscriber began. Of several subscribers, the counts are added up, and what waits is counted once. Errors of the parts are told as in `/api/system`.',
        answer: Ledger,
      }),
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      if (ledger === undefined) {
        return sendProblem(reply, {
          problem: problem(503, 'No subscriber is configured (SUBSCRIBER_URL).'),
          retryAfter: 60,
        });
      }
      let text: string;
      try {
        text = await ledger.ledger();
      } catch (error) {
        onLedgerError(error);
        return sendProblem(reply, { problem: problem(503, 'The subscriber is away.'), retryAfter: 2 });
      }
      return await sendText(request, reply, JSON_TYPE, isOperator(request.raw) ? text : publicLedger(text));
    },
  );

  app.get(
    '/api/metrics/insert-latency',
    {
      schema: {
        querystring: MetricsQuery,
        ...routeSchema({
          tag: 'system',
          summary: 'How long batch inserts took',
          description: 'Percentiles of the seconds per insert, in steps over the range; default: the last hour.',
          answer: InsertLatency,
        }),
      },
    },
    async (request, reply) => {
      const { start, end } = readBounds(request.query);
      const until = end ?? (Math.max(nowMicros(), start ?? 0) as EpochMicros);
      const from = start ?? ((until - HOUR) as EpochMicros);
      const step = stepMicros(from, until, request.query.buckets ?? 60);
      const rows = await reader.insertLatency({ from, until, stepMicros: step });
      const answer: InsertLatency = {
        start_time: formatMicros(from),
        end_time: formatMicros(until),
        step_seconds: step / MICROS_PER_SECOND,
        steps: rows.map(({ time, rowsPerFlush, ...row }) => ({
          time: formatMicros(time),
          ...row,
          rows_per_flush: rowsPerFlush,
        })),
      };
      reply.header('cache-control', 'no-store');
      return await sendText(request, reply, JSON_TYPE, JSON.stringify(answer));
    },
  );
}

/** The ledger without the errors of its parts, which may name hosts. */
function publicLedger(text: string): string {
  return JSON.stringify(JSON.parse(text), (key, value: unknown) => {
    if (typeof value !== 'string') return value;
    return key === 'error' ? undefined : key === 'problem' ? NOT_WELL : value;
  });
}
