import type { AlertPhase, EpochMicros } from '@tickwatch/core';
import type pg from 'pg';
import type { ConnectionSettings } from '../pg-connection.ts';
import { READ_PHASES, RULES_UNLESS } from '../statements/alert-statements.ts';
import { toStoreError } from '../store-errors.ts';
import type { OnStoreEvent } from '../store-event.ts';
import type { AlertReader, AlertRuleRow } from './alert-rows.ts';
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

/** What a subscriber asks of alerts goes to a pool of connections, but the memory, which may take long. */
export interface AlertReaderParts {
  readonly settings: ConnectionSettings;
  readonly pool: pg.Pool;
  /** A connection as long as the work takes. */
  readonly withClient: <T>(work: (client: pg.ClientBase) => Promise<T>) => Promise<T>;
  readonly onEvent: OnStoreEvent;
}

export function createAlertReader({ settings, pool, withClient, onEvent }: AlertReaderParts): AlertReader {
  const ask = async <Row extends object>(text: string, values: unknown[]): Promise<readonly Row[]> => {
    try {
      return (await pool.query<Row>(text, values)).rows;
    } catch (error) {
      throw toStoreError(error);
    }
  };

  return {
    async rules(known) {
      const rows = await ask<RuleRow>(RULES_UNLESS, [known ?? null]);
      const version = rows[0]?.version;
      return version === undefined ? undefined : { version: Number(version), rules: rows.flatMap(toRule) };
    },
    async phases(ruleIds, exchange) {
      return (await ask<PhaseRow>(READ_PHASES, [ruleIds, exchange])).map(toPhase);
    },
    memory: (question) => withClient((client) => readMemory(client, question)),
    listen: (onChange) => listenTo(settings, 'alert_rules', onChange, onEvent),
  };
}

function toRule({ id, definition, revision, is_enabled, begins, snoozed_until }: RuleRow): AlertRuleRow | readonly [] {
  if (id === null) return [];
  return {
    id,
    definition,
    revision,
    isEnabled: is_enabled,
    begins: Number(begins) as EpochMicros,
    snoozedUntil: toTime(snoozed_until),
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
