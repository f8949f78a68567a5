import type { AlertPhase, EpochMicros } from '@tickwatch/core';
import type pg from 'pg';
import type { ConnectionSettings } from '../pg-connection.ts';
import { READ_PHASES, RULES_UNLESS } from '../statements/alert-statements.ts';
import type { OnStoreEvent } from '../store-event.ts';
import type { AlertReader } from './alert-rows.ts';
import { listenTo } from './listen.ts';
import { readMemory } from './memory.ts';

interface RuleRow {
  readonly version: string;
  readonly id: string | null;
  readonly definition: unknown;
  readonly revision: number;
  readonly is_enabled: boolean;
  readonly begins: string;
  readonly snoozed_until: string | null;
}

interface PhaseRow {
  readonly rule_id: string;
  readonly revision: number;
  readonly exchange_name: string;
  readonly stock_name: string;
  readonly phase: string;
  readonly fired_at: string | null;
}

/** @param withClient a connection as long as the work takes, whose errors are the store's */
export function createAlertReader(
  settings: ConnectionSettings,
  withClient: <T>(work: (client: pg.ClientBase) => Promise<T>) => Promise<T>,
  onEvent: OnStoreEvent,
): AlertReader {
  return {
    rules: (known) =>
      withClient(async (client) => {
        const { rows } = await client.query<RuleRow>(RULES_UNLESS, [known ?? null]);
        const version = rows[0]?.version;
        if (version === undefined) return undefined;
        return {
          version: Number(version),
          rules: rows.flatMap(({ id, definition, revision, is_enabled, begins, snoozed_until }) =>
            id === null
              ? []
              : {
                  id,
                  definition,
                  revision,
                  isEnabled: is_enabled,
                  begins: Number(begins) as EpochMicros,
                  snoozedUntil: toTime(snoozed_until),
                },
          ),
        };
      }),
    phases: (ruleIds, exchange) =>
      withClient(async (client) => (await client.query<PhaseRow>(READ_PHASES, [ruleIds, exchange])).rows.map(toPhase)),
    memory: (question) => withClient((client) => readMemory(client, question)),
    listen: (onChange) => listenTo(settings, 'alert_rules', onChange, onEvent),
  };
}

function toPhase(row: PhaseRow): AlertPhase {
  return {
    ruleId: row.rule_id,
    revision: row.revision,
    exchange: row.exchange_name,
    stock: row.stock_name,
    phase: row.phase,
    firedAt: toTime(row.fired_at),
  };
}

function toTime(micros: string | null): EpochMicros | undefined {
  return micros === null ? undefined : (Number(micros) as EpochMicros);
}
