import { COMPLETE_HEADER, type EpochMicros, formatMicros, type Hole } from '@tickwatch/core';
import type { AnswerHole, Completeness, RangeQuestion } from '@tickwatch/store';
import type { FastifyReply } from 'fastify';
import { addLink } from './links.ts';

/** What an answer is about; `undefined` stock: of many. */
export type AskedRange = Omit<RangeQuestion, 'stock'> & { readonly stock?: string | undefined };

/** Says whether an answer lacks anything, and where that is told: relative, so that it holds behind any proxy. */
export function completenessHeaders(reply: FastifyReply, { complete }: Completeness, question: AskedRange): void {
  reply.header(COMPLETE_HEADER, String(complete));
  const { stock, exchange, start, end } = question;
  const parameters = new URLSearchParams();
  if (exchange !== undefined) parameters.set('exchange', exchange);
  if (stock !== undefined) parameters.set('stock', stock);
  if (start !== undefined) parameters.set('start_time', formatMicros(start));
  if (end !== undefined) parameters.set('end_time', formatMicros(end));
  addLink(reply, parameters.size === 0 ? '/api/gaps' : `/api/gaps?${parameters}`, 'gaps');
}

/** The members of an answer that say what it lacks. */
export function completenessMembers({ complete, holes }: Completeness): { complete: boolean; holes: readonly Hole[] } {
  return { complete, holes: holes.map(holeMembers) };
}

/** Changes where what is said of an answer's completeness does, for answers whose body does not say all of it. */
export function completenessTag({ complete, holes }: Completeness): string {
  return complete ? '' : JSON.stringify(holes.map(holeMembers));
}

function holeMembers({ exchange, from, until, reason, messages }: AnswerHole): Hole {
  const time = (micros: number) => (Number.isFinite(micros) ? formatMicros(micros as EpochMicros) : null);
  return {
    exchange_name: exchange ?? null,
    from_time: time(from),
    to_time: time(until - 1),
    reason,
    messages: messages ?? null,
  };
}
