import type { AlertPhase, EpochMicros } from '@tickwatch/core';
import type pg from 'pg';
import type { ConnectionSettings } from '../pg-connection.ts';
import { READ_PHASES, RULES_SINCE } from '../statements/alert-statements.ts';
import { toStoreError } from '../store-errors.ts';
import type { OnStoreEvent } from '../store-event.ts';
import type { AlertReader } from './alert-rows.ts';
import { KeptRules } from './kept-rules.ts';
import { listenTo } from './listen.ts';
import { readMemory } from './memory.ts';

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

  const rules = new KeptRules((known) => ask(RULES_SINCE, [known ?? null]));
  return {
    rules: (known) => rules.read(known),
    async phases(ruleIds, exchange) {
      return (await ask<PhaseRow>(READ_PHASES, [ruleIds, exchange])).map(toPhase);
    },
    memory: (question, onBegun) => withClient((client) => readMemory(client, question, onBegun)),
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
    firedAt: row.fired_at === null ? undefined : (Number(row.fired_at) as EpochMicros),
  };
}
