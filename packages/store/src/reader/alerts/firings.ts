import { FIRING_COLUMNS, toFiring } from '../../alerts/firing-row.ts';
import { Parameters } from '../sql/parameters.ts';
import type { FiringsPage, FiringsQuestion } from './alert-answers.ts';
import { type AskRows, isId } from './ask-rows.ts';

export async function askFirings(ask: AskRows, question: FiringsQuestion): Promise<FiringsPage> {
  const { start, end, exchange, stock, ruleId, limit, behind } = question;
  if (ruleId !== undefined && !isId(ruleId)) return { firings: [], next: undefined };
  const parameters = new Parameters();
  const only = [
    ...(start === undefined ? [] : [`"timestamp" >= ${parameters.time(start)}`]),
    ...(end === undefined ? [] : [`"timestamp" <= ${parameters.time(end)}`]),
    ...(exchange === undefined ? [] : [`exchange_name = ${parameters.add(exchange, 'text')}`]),
    ...(stock === undefined ? [] : [`stock_name = ${parameters.add(stock, 'text')}`]),
    ...(ruleId === undefined ? [] : [`rule_id = ${parameters.add(ruleId, 'uuid')}`]),
    ...(behind === undefined
      ? []
      : [`("timestamp", id) < (${parameters.time(behind.time)}, ${parameters.add(behind.id, 'uuid')})`]),
  ];
  const text = `
    SELECT ${FIRING_COLUMNS} FROM alert_firings AS f ${only.length === 0 ? '' : `WHERE ${only.join(' AND ')}`}
    ORDER BY "timestamp" DESC, id DESC LIMIT ${parameters.add(limit, 'int')}`;
  const firings = (await ask({ text, values: parameters.values })).map(toFiring);
  const last = firings.at(-1);
  const isMore = last !== undefined && firings.length === limit;
  return { firings, next: isMore ? { time: last.time, id: last.id } : undefined };
}
